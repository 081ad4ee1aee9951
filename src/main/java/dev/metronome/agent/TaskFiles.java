package dev.metronome.agent;

import dev.metronome.config.Configuration;
import dev.metronome.schedule.OperationTypes;
import dev.metronome.schedule.Pattern;
import dev.metronome.schedule.Problem;
import dev.metronome.schedule.Schedule;
import dev.metronome.schedule.ScheduleReader;
import dev.metronome.schedule.Severity;
import dev.metronome.schedule.VariableSource;
import dev.metronome.schedule.Variables;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The task files of this agent and the schedule that they make. */
public final class TaskFiles implements Supplier<Schedule> {

  private static final Logger LOG = LoggerFactory.getLogger(TaskFiles.class);

  private final Variables variables;
  private final Schedule schedule;
  private final OperationTypes operations;

  private TaskFiles(OperationTypes operations, Variables variables, Schedule schedule) {
    this.operations = operations;
    this.variables = variables;
    this.schedule = schedule;
  }

  /**
   * Reads the files that the configuration names.
   *
   * @throws TaskFileException if one has an error
   */
  public static TaskFiles read(Configuration configuration, OperationTypes operations) {
    Variables variables = variables(configuration);
    ScheduleReader.Reading reading =
        new ScheduleReader(operations, variables).read(configuration.files(LOG::warn));
    for (Problem problem : reading.problems()) {
      if (problem.severity() == Severity.WARNING) {
        LOG.warn("{}", problem);
      }
    }
    if (reading.hasErrors()) {
      throw new TaskFileException(
          reading.problems().stream()
              .filter(problem -> problem.severity() == Severity.ERROR)
              .map(Problem::toString)
              .collect(Collectors.joining("\n")));
    }
    return new TaskFiles(operations, variables, reading.schedule());
  }

  @Override
  public Schedule get() {
    return schedule;
  }

  /** What tasks may use, with the rules of their arguments. */
  public OperationTypes operations() {
    return operations;
  }

  /** What templates stand for before a task adds its own. */
  public Variables variables() {
    return variables;
  }

  /** Short digests by pattern, for the log. */
  public Map<String, String> digests() {
    Map<String, String> digests = new TreeMap<>();
    for (Pattern pattern : schedule.patterns()) {
      digests.put(pattern.name(), pattern.digest().substring(0, 12));
    }
    return digests;
  }

  /** What templates stand for by configuration, variables.yml and command line. */
  public static Variables variables(Configuration configuration) {
    Map<String, String> own = new HashMap<>();
    List<String> roles = configuration.roles();
    own.put("role", String.join(",", roles));
    configuration
        .camelProperties()
        .forEach(
            (key, value) ->
                own.put(
                    "config." + key.toString().substring("metronome.".length()), value.toString()));
    return Variables.none()
        .with(VariableSource.CONFIG, own)
        .with(VariableSource.VARIABLES_FILE, configuration.fileVariables())
        .with(VariableSource.OPTION, configuration.flagVariables());
  }
}
