package dev.metronome.agent;

import dev.metronome.config.Configuration;
import dev.metronome.config.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How files look from outside, at one moment: which there are, and their inodes, sizes and times of
 * change. Two that are equal stand for the same content, once no file has changed for longer than
 * the file system's clock ticks.
 *
 * <p>Links are followed, so that one that points elsewhere looks different, and so does a file that
 * was replaced by a rename. Asking works on every file system, also on one that another machine
 * writes to, which is why nothing relies on being told.
 */
record FileMarks(Map<String, String> marks) {

  private static final String ATTRIBUTES = "unix:dev,ino,size,mode,lastModifiedTime,ctime";

  static FileMarks of(List<Path> files) {
    Map<String, String> marks = new LinkedHashMap<>();
    files.forEach(file -> marks.put(name(file), mark(file)));
    return new FileMarks(marks);
  }

  /** Of the task files and variables.yml. */
  static FileMarks of(Configuration configuration) {
    Map<String, String> marks = new LinkedHashMap<>();
    try {
      configuration.filesAsNamed(warning -> {}).forEach(file -> marks.put(name(file), mark(file)));
    } catch (ConfigurationException e) {
      marks.put("", e.getMessage());
    }
    Optional<Path> variables = configuration.path("variables");
    variables.ifPresent(file -> marks.put(name(file), mark(file)));
    return new FileMarks(marks);
  }

  private static String name(Path file) {
    return file.toString();
  }

  private static String mark(Path file) {
    try {
      return new TreeMap<>(Files.readAttributes(file, ATTRIBUTES)).toString();
    } catch (NoSuchFileException e) {
      return "none";
    } catch (IOException e) {
      return String.valueOf(e);
    }
  }
}
