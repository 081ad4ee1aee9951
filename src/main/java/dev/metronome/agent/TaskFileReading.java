package dev.metronome.agent;

import dev.metronome.config.Configuration;
import dev.metronome.schedule.OperationTypes;
import dev.metronome.schedule.Problem;
import dev.metronome.schedule.Schedule;
import dev.metronome.schedule.ScheduleReader;
import dev.metronome.schedule.Severity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What one reading of all task files came to.
 *
 * @param schedule good for use only without errors
 * @param errors with file, line and column
 * @param warnings the same
 */
record TaskFileReading(Schedule schedule, List<String> errors, List<String> warnings) {

  TaskFileReading {
    errors = List.copyOf(errors);
    warnings = List.copyOf(warnings);
  }

  /**
   * @throws dev.metronome.config.ConfigurationException if variables.yml or a folder cannot be read
   */
  static TaskFileReading of(Configuration configuration, OperationTypes operations) {
    List<String> warnings = new ArrayList<>();
    List<Path> files = configuration.filesAsNamed(warnings::add);
    ScheduleReader.Reading reading =
        new ScheduleReader(operations, TaskFiles.variables(configuration)).read(files);
    warnings.addAll(of(Severity.WARNING, reading.problems()));
    return new TaskFileReading(
        reading.schedule(), of(Severity.ERROR, reading.problems()), warnings);
  }

  static TaskFileReading failed(String why) {
    return new TaskFileReading(Schedule.empty(), List.of(why), List.of());
  }

  private static List<String> of(Severity severity, List<Problem> problems) {
    return problems.stream()
        .filter(problem -> problem.severity() == severity)
        .map(Problem::toString)
        .toList();
  }

  boolean isUsable() {
    return errors.isEmpty();
  }

  /** The errors as one line. */
  String fault() {
    String more = errors.size() == 1 ? "" : " (and " + (errors.size() - 1) + " more)";
    return errors.get(0) + more;
  }
}
