package dev.metronome.model.schedule;

import dev.metronome.base.encoding.NativeText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The rules for {@code execute: {file: ...}}: what is said of a file that may not be the one that
 * was meant, and what speaks against running it.
 *
 * <p><i>Does not guarantee</i> that the file is still the same when it is started.
 */
public final class PatternFile {
  private PatternFile() {}

  /**
   * What speaks against running a file now.
   *
   * @param directory the pattern's folder
   * @param file as written in the task, templates resolved
   * @return one line; empty if {@link #path} may be run
   */
  public static Optional<String> objection(Path directory, String file) {
    String written = Shown.text("file: " + file);
    try {
      Path path = path(directory, file);
      if (!Files.exists(path)) {
        return Optional.of(written + " does not exist" + place(directory, file));
      }
      if (!Files.isRegularFile(path)) {
        return Optional.of(written + " is not a regular file");
      }
      return Files.isExecutable(path)
          ? Optional.empty()
          : Optional.of(written + " is not executable; chmod +x makes it so");
    } catch (InvalidPathException e) {
      NativeText here = NativeText.ofProcess();
      String why = here.holds(file) ? String.valueOf(e.getMessage()) : "it " + here.objection();
      return Optional.of(written + " cannot be used: " + Shown.plain(why));
    }
  }

  /**
   * What the author of a task should know of a file. It is never an error: an operation before it
   * may make the file, and one outside the folder is there on the author's word.
   *
   * @param file as written in the task
   * @return one line
   */
  static Optional<String> doubt(Path directory, String file) {
    return objection(directory, file)
        .map(it -> it + "; unless it is otherwise by then, the task fails")
        .or(
            () ->
                leaving(directory, file)
                    .map(it -> it + "; its digest and a copy of the folder do not cover it"))
        .or(
            () ->
                WindowsText.inFile(path(directory, file)).map(it -> "`file: " + file + "` " + it));
  }

  /**
   * Where the file is.
   *
   * @throws InvalidPathException if it cannot be a path
   */
  public static Path path(Path directory, String file) {
    return directory.resolve(file).normalize();
  }

  private static String place(Path directory, String file) {
    Path path = path(directory, file);
    return path.startsWith(directory)
        ? " in the pattern directory " + shown(directory)
        : ": " + shown(path);
  }

  /**
   * How a file leaves the pattern's folder, also by a link; its author may want that, but nobody
   * who sends an event.
   */
  public static Optional<String> leaving(Path directory, String file) {
    String subject = Shown.text("file: " + file);
    Path path = path(directory, file);
    try {
      if (!path.startsWith(directory)) {
        return Optional.of(leaves(subject, directory));
      }
      return path.toRealPath().startsWith(directory.toRealPath())
          ? Optional.empty()
          : Optional.of(leaves(subject + " is a symbolic link that", directory));
    } catch (IOException e) {
      return Optional.empty(); // it was there a moment ago; the next look tells
    }
  }

  private static String leaves(String subject, Path directory) {
    return subject + " leaves the pattern directory " + shown(directory);
  }

  private static String shown(Path directory) {
    return Shown.plain(directory.toString());
  }
}
