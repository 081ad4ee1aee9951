package dev.metronome.state.forecast;

import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.schedule.Operation;
import dev.metronome.model.schedule.Pattern;
import dev.metronome.model.schedule.Schedule;
import dev.metronome.model.schedule.TaskDefinition;
import dev.metronome.model.schedule.VariableSource;
import dev.metronome.model.schedule.Variables;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Fills in the templates of an event's operations, task after task. What differs from node to node
 * or comes about on the way stays as it was written: {@code {{role}}}, {@code {{config.KEY}}}, and
 * names that an operation before has captured.
 */
final class Rehearsal {
  private final Schedule schedule;
  private final Map<String, String> params;
  private final SecretMask discretion;
  private final Set<String> captured = new HashSet<>();

  Rehearsal(Schedule schedule, Map<String, String> params, SecretMask discretion) {
    this.schedule = schedule;
    this.params = params;
    this.discretion = discretion;
  }

  /** To be called in the order of the tasks. */
  List<Forecast.Operation> operations(PlannedTask task) {
    Pattern pattern = schedule.pattern(task.pattern()).orElseThrow();
    Variables own =
        discretion.masked(
            schedule
                .variables()
                .with(VariableSource.TASK_FILE, pattern.variables())
                .with(VariableSource.PARAMETER, params)
                .without(name -> name.equals("role") || name.startsWith("config.")));
    List<Forecast.Operation> filledIn = new ArrayList<>();
    TaskDefinition definition = pattern.tasks().get(task.task());
    for (Operation operation : task.isUndo() ? definition.undo() : definition.operations()) {
      Object arguments = operation.resolved(own.without(captured::contains));
      filledIn.add(new Forecast.Operation(operation.type(), discretion.masked(arguments)));
      capture(operation, arguments);
    }
    return filledIn;
  }

  private void capture(Operation operation, Object arguments) {
    if (operation.type().equals("consul-kvs")
        && arguments instanceof Map<?, ?> map
        && map.get("name") instanceof String name) {
      captured.add(name);
    }
  }
}
