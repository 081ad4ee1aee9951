package dev.metronome.agent;

import dev.metronome.base.file.FileMarks;
import dev.metronome.base.file.ReloadedFiles;
import dev.metronome.config.Configuration;
import java.util.Map;

/**
 * Who else could read the files of secrets, or exchange what is believed: said at the start, and
 * when that changes, which a change of a file's mode alone may do.
 */
record SecretFiles(Configuration configuration) implements ReloadedFiles.Content {

  @Override
  public FileMarks marks() {
    return FileMarks.of(configuration.exposableFiles());
  }

  @Override
  public Reading read() {
    return new Reading(false, "", Map.of(), configuration.exposures());
  }
}
