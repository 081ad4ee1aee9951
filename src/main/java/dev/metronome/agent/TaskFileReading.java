package dev.metronome.agent;

import dev.metronome.config.Configuration;
import dev.metronome.model.schedule.OperationTypes;
import dev.metronome.model.schedule.Problem;
import dev.metronome.model.schedule.Schedule;
import dev.metronome.model.schedule.ScheduleReader;
import dev.metronome.model.schedule.Severity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What one reading of all task files came to.
 *
 * @param schedule what would be in force now, with the files that cannot be used
 * @param warnings with file, line and column
 */
record TaskFileReading(Schedule schedule, List<String> warnings) {

  TaskFileReading {
    warnings = List.copyOf(warnings);
  }

  /**
   * @param before what has been in force so far, and stays for a pattern whose file has an error
   * @throws dev.metronome.config.ConfigurationException if variables.yml or a folder cannot be read
   */
  static TaskFileReading of(
      Configuration configuration, OperationTypes operations, Schedule before) {
    List<String> warnings = new ArrayList<>();
    List<Path> files = configuration.filesAsNamed(warnings::add);
    ScheduleReader.Reading reading =
        new ScheduleReader(operations, TaskFiles.variables(configuration))
            .read(files, Severity.WARNING, before);
    reading.problems().stream()
        .filter(problem -> problem.severity() == Severity.WARNING)
        .map(Problem::toString)
        .forEach(warnings::add);
    return new TaskFileReading(reading.schedule(), warnings);
  }
}
