package dev.metronome.cli;

import dev.metronome.base.account.Account;
import dev.metronome.base.account.Accounts;
import dev.metronome.model.schedule.Problem;
import dev.metronome.model.schedule.ScheduleReader;
import dev.metronome.model.schedule.Severity;
import dev.metronome.model.schedule.TaskDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Doubts about whom tasks run as, on the machine that asks. They are warnings: it need not be one
 * that runs the task, nor who asks the user of its agent.
 *
 * @param otherwise the setting {@code run-as}
 */
record RunAsCheck(Optional<String> otherwise) {

  /** What was read, with these doubts too. */
  ScheduleReader.Reading of(ScheduleReader.Reading reading) {
    List<Problem> problems = new ArrayList<>(reading.problems());
    reading.schedule().patterns().stream()
        .flatMap(pattern -> pattern.tasks().values().stream())
        .flatMap(this::doubts)
        .map(doubt -> new Problem(Severity.WARNING, doubt.task().position(), doubt.message()))
        .forEach(problems::add);
    return new ScheduleReader.Reading(
        reading.schedule(), problems.stream().sorted().toList(), reading.files());
  }

  private record Doubt(TaskDefinition task, String message) {}

  private Stream<Doubt> doubts(TaskDefinition task) {
    Optional<String> name = task.runAs().or(() -> otherwise);
    if (name.isEmpty()) {
      return Stream.empty();
    }
    Optional<Account> account = Accounts.find(name.get());
    String title = "task `" + task.name() + "` runs as `" + name.get() + "`";
    if (account.isEmpty()) {
      String message = ", an account that this machine does not have; a node without it refuses it";
      return Stream.of(new Doubt(task, title + message));
    }
    boolean chef = task.operations().stream().anyMatch(it -> it.type().equals("chef"));
    return chef && account.get().uid() != 0
        ? Stream.of(new Doubt(task, title + ", and `chef` runs as root only"))
        : Stream.empty();
  }
}
