package dev.metronome.agent.systemd;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How the service starts the agent, and how long it may take to stop.
 *
 * @param command the program, by its absolute path, and its arguments
 * @param javaHome what the launcher is to find in {@code JAVA_HOME}, if anything
 * @param stop the longest that an orderly stop takes
 */
public record Launch(List<String> command, Optional<Path> javaHome, Duration stop) {
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@+=:,./-]+");

  /**
   * @throws SystemdException if a unit file cannot hold it
   */
  public Launch {
    command = List.copyOf(command);
    command.forEach(Launch::check);
    javaHome.map(Path::toString).ifPresent(Launch::check);
  }

  private static void check(String word) {
    if (CONTROL.matcher(word).find()) {
      throw new SystemdException(
          "a path with a line break or another control character cannot stand in a unit file");
    }
  }

  /** As {@code ExecStart=} wants it: variables are put into arguments, not into the program. */
  String commandLine() {
    return command.stream()
        .skip(1)
        .map(argument -> word(argument).replace("$", "$$"))
        .collect(Collectors.joining(" ", word(command.get(0)) + " ", ""))
        .strip();
  }

  /** Lines of {@code Environment=}. */
  String environment() {
    return javaHome.map(home -> "Environment=" + quoted("JAVA_HOME=" + home) + "\n").orElse("");
  }

  private static String word(String text) {
    return PLAIN.matcher(text).matches() ? text : quoted(text);
  }

  /** Neither specifiers nor quotes are to mean anything. */
  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("%", "%%") + '"';
  }
}
