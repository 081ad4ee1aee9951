package dev.metronome.base.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
public record FileMarks(Map<String, String> marks) {

  private static final String ATTRIBUTES = "unix:dev,ino,size,mode,lastModifiedTime,ctime";

  /** Of these files, whether they exist or not. */
  public static FileMarks of(List<Path> files) {
    Map<String, String> marks = new LinkedHashMap<>();
    files.forEach(file -> marks.put(file.toString(), mark(file)));
    return new FileMarks(marks);
  }

  /** Of files that cannot be told. */
  public static FileMarks none(String why) {
    return new FileMarks(Map.of("", why));
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
