package dev.metronome.model.schedule;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The malformed task files of {@code src/test/resources/invalid}: {@code NN-name.expected} beside
 * {@code NN-name.yml}, or beside a folder of that name with task files in it, or made here if git
 * cannot keep it.
 */
final class InvalidFiles {
  static final Path FOLDER = Path.of("src/test/resources/invalid");

  private interface Maker {
    void make(Path folder) throws IOException;
  }

  private static final Map<String, Maker> MADE =
      Map.of(
          "21-execute-file", InvalidFiles::linked,
          "32-too-large", folder -> write(folder, "#".repeat(4_000_012)),
          "32-too-many-values", folder -> write(folder, "tasks: [" + "a, ".repeat(10_000) + "a]"),
          "37-missing", folder -> {},
          "37-directory", folder -> Files.createDirectory(folder.resolve("task.yml")),
          "37-writable-by-everyone", InvalidFiles::writable);

  private InvalidFiles() {}

  /** All names, without the ending. */
  static List<String> names() {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .map(it -> it.getFileName().toString())
          .filter(it -> it.endsWith(".expected"))
          .map(it -> it.replace(".expected", ""))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String expected(String name) throws IOException {
    return Files.readString(FOLDER.resolve(name + ".expected"));
  }

  /** What {@code validate} would print, with paths as seen from the folder of the files. */
  static String found(String name, Path scratch) throws IOException {
    Path folder = FOLDER;
    List<Path> files = List.of(FOLDER.resolve(name + ".yml"));
    if (MADE.containsKey(name)) {
      folder = scratch;
      MADE.get(name).make(scratch);
      files = List.of(scratch.resolve("task.yml"));
    } else if (Files.isDirectory(FOLDER.resolve(name))) {
      folder = FOLDER.resolve(name);
      files = taskFiles(folder);
    }
    return report(files)
        .replace(folder + "/", "")
        .replace(folder.toAbsolutePath().toString(), "FOLDER");
  }

  private static String report(List<Path> files) {
    Variables outer = Variables.none().with(VariableSource.CONFIG, Map.of("role", "web"));
    ScheduleReader.Reading reading =
        new ScheduleReader(OperationTypes.builtIn(), outer).read(files, Severity.ERROR);
    StringBuilder report = new StringBuilder();
    reading.problems().forEach(it -> report.append(it).append('\n'));
    return report.append(reading.summary()).append('\n').toString();
  }

  private static List<Path> taskFiles(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(it -> it.endsWith("task.yml")).sorted().toList();
    }
  }

  /** Symbolic links do not survive every way in which a checkout is handed on. */
  private static void linked(Path folder) throws IOException {
    Path kept = FOLDER.resolve("21-execute-file");
    try (Stream<Path> files = Files.walk(kept)) {
      for (Path file : files.filter(it -> !it.equals(kept)).toList()) {
        Path copy = folder.resolve(kept.relativize(file).toString());
        Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
    Files.createSymbolicLink(folder.resolve("link-out.sh"), Path.of("/bin/sh"));
    Files.createSymbolicLink(folder.resolve("link-in.sh"), Path.of("runs.sh"));
  }

  private static void writable(Path folder) throws IOException {
    write(folder, "tasks: {}");
    Files.setPosixFilePermissions(
        folder.resolve("task.yml"),
        java.nio.file.attribute.PosixFilePermissions.fromString("rw-rw-rw-"));
  }

  private static void write(Path folder, String text) throws IOException {
    Files.writeString(folder.resolve("task.yml"), text);
  }
}
