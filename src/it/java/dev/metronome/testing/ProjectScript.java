package dev.metronome.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Scripts of {@code bin/} that print a path, or say on stderr why there is none. */
final class ProjectScript {

  /** A shell's, of a command that is not there. */
  private static final int NOT_FOUND = 127;

  private ProjectScript() {}

  /**
   * What one said.
   *
   * @param path absent if it failed, or is not there
   */
  record Answer(int exitCode, Optional<Path> path) {}

  /** Tests run in the project's folder, or in one below it from an IDE. */
  static Answer run(String name) {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path script = at.resolve("bin").resolve(name);
      if (Files.isExecutable(script)) {
        return run(script);
      }
    }
    System.err.println("bin/" + name + " is in none of the folders above");
    return new Answer(NOT_FOUND, Optional.empty());
  }

  private static Answer run(Path script) {
    try {
      Process process =
          new ProcessBuilder(script.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      int exitCode = process.waitFor();
      return new Answer(exitCode, exitCode == 0 ? Optional.of(Path.of(said)) : Optional.empty());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
