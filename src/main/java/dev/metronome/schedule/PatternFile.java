package dev.metronome.schedule;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The rule for {@code execute: {file: ...}}: a program in the pattern's folder, also after all
 * symbolic links have been followed.
 *
 * <p><i>Does not guarantee</i> that the file is still the same when it is started.
 */
public final class PatternFile {
  private PatternFile() {}

  /**
   * What speaks against running a file.
   *
   * @param directory the pattern's folder
   * @param file as written in the task, templates resolved
   * @return one line; empty if {@link #path} may be run
   */
  public static Optional<String> objection(Path directory, String file) {
    String written = Shown.text("file: " + file);
    try {
      Path path = path(directory, file);
      if (!path.startsWith(directory)) {
        return Optional.of(leaves(written, directory));
      }
      if (!Files.exists(path)) {
        return Optional.of(
            written + " does not exist in the pattern directory " + shown(directory));
      }
      return ofExisting(directory, path, written);
    } catch (InvalidPathException | IOException e) {
      return Optional.of(
          written + " cannot be used: " + Shown.plain(String.valueOf(e.getMessage())));
    }
  }

  /**
   * Where the file is.
   *
   * @throws InvalidPathException if it cannot be a path
   */
  public static Path path(Path directory, String file) {
    return directory.resolve(file).normalize();
  }

  private static Optional<String> ofExisting(Path directory, Path path, String written)
      throws IOException {
    if (!path.toRealPath().startsWith(directory.toRealPath())) {
      return Optional.of(leaves(written + " is a symbolic link that", directory));
    }
    if (!Files.isRegularFile(path)) {
      return Optional.of(written + " is not a regular file");
    }
    return Files.isExecutable(path)
        ? Optional.empty()
        : Optional.of(written + " is not executable; chmod +x makes it so");
  }

  private static String leaves(String subject, Path directory) {
    return subject + " leaves the pattern directory " + shown(directory) + "; not allowed";
  }

  private static String shown(Path directory) {
    return Shown.plain(directory.toString());
  }
}
