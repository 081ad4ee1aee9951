package dev.metronome.pipeline.process;

import dev.metronome.pipeline.process.ProcessOutcome.NotStarted;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Says before a start why it would fail, in words that a shell's {@code 127} does not have.
 *
 * <p><i>Does not guarantee</i> that a start succeeds: files change, and interpreters are not looked
 * into.
 */
final class ExecutableSearch {
  private static final int HEAD = 256;
  private static final Pattern INTERPRETER = Pattern.compile("#![ \\t]*(/[^ \\t\\n\\x00]+)");

  private static final String DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin";

  private ExecutableSearch() {}

  /** The obstacle to running the command in this complete environment, if there is one. */
  static Optional<NotStarted> obstacle(ProcessCommand command, Map<String, String> environment) {
    Path directory = command.directory();
    if (!Files.isDirectory(directory)) {
      String what = Files.exists(directory) ? " is not a directory" : " does not exist";
      return missing("directory " + directory + what);
    }
    String program = command.program();
    return program.indexOf('/') >= 0
        ? obstacleOf(directory.resolve(program))
        : obstacleInPath(program, directory, environment.getOrDefault("PATH", DEFAULT_PATH));
  }

  private static Optional<NotStarted> obstacleOf(Path file) {
    if (!Files.exists(file)) {
      return missing("program " + file + " does not exist");
    }
    return runnable(file) ? lackOfInterpreter(file) : refused(file);
  }

  /** The kernel would say "no such file" of the script, which is there. */
  private static Optional<NotStarted> lackOfInterpreter(Path file) {
    Optional<Path> interpreter = interpreter(file);
    if (interpreter.filter(path -> path.toString().endsWith("\r")).isPresent()) {
      return missing(
          "program "
              + file
              + " has Windows line ends: no program has the name in its first line with a carriage"
              + " return; sed -i 's/\\r$//' removes them");
    }
    return interpreter
        .filter(path -> !Files.exists(path))
        .flatMap(
            path ->
                missing(
                    "program " + file + " asks for " + path + " to run it, which does not exist"));
  }

  private static Optional<Path> interpreter(Path file) {
    try (InputStream stream = Files.newInputStream(file)) {
      String head = new String(stream.readNBytes(HEAD), StandardCharsets.ISO_8859_1);
      Matcher line = INTERPRETER.matcher(head);
      return line.lookingAt() ? Optional.of(Path.of(line.group(1))) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // executable, but not readable
    }
  }

  private static Optional<NotStarted> obstacleInPath(String program, Path directory, String path) {
    if (candidates(program, directory, path).anyMatch(ExecutableSearch::runnable)) {
      return Optional.empty();
    }
    return candidates(program, directory, path)
        .filter(Files::isRegularFile)
        .findFirst()
        .map(ExecutableSearch::refused)
        .orElseGet(() -> missing("program " + program + " is not in the PATH " + path));
  }

  private static Stream<Path> candidates(String program, Path directory, String path) {
    return Stream.of(path.split(":", -1)).map(folder -> directory.resolve(folder).resolve(program));
  }

  private static boolean runnable(Path file) {
    return Files.isRegularFile(file) && Files.isExecutable(file);
  }

  private static Optional<NotStarted> missing(String reason) {
    return Optional.of(new NotStarted(NotStarted.MISSING, reason));
  }

  private static Optional<NotStarted> refused(Path file) {
    String reason = "program " + file + " is not an executable file";
    return Optional.of(new NotStarted(NotStarted.REFUSED, reason));
  }
}
