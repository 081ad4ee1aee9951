package dev.metronome.pipeline.execute;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A program that an operation runs in its pattern's folder.
 *
 * @param title for messages: {@code the script}
 * @param argv the program and its arguments; one without a slash is searched in PATH
 * @param environment besides what every program of the task gets
 * @param stdin the text to feed; without it the program reads nothing
 * @param advice what to say besides if it cannot be started; may be empty
 */
public record Program(
    String title,
    List<String> argv,
    Map<String, String> environment,
    Optional<String> stdin,
    String advice) {

  public Program {
    Objects.requireNonNull(title, "title");
    Objects.requireNonNull(stdin, "stdin");
    Objects.requireNonNull(advice, "advice");
    argv = List.copyOf(argv);
    environment = Map.copyOf(environment);
  }

  /** A program without input or variables of its own, called by its name in messages. */
  public static Program of(List<String> argv) {
    return new Program(argv.get(0), argv, Map.of(), Optional.empty(), "");
  }

  /** The same, with another title. */
  public Program titled(String other) {
    return new Program(other, argv, environment, stdin, advice);
  }

  /** The same, with an environment of its own. */
  public Program with(Map<String, String> variables) {
    return new Program(title, argv, variables, stdin, advice);
  }

  /** The same, which reads this text. */
  public Program reading(String text) {
    return new Program(title, argv, environment, Optional.of(text), advice);
  }

  /** The same, with advice for whoever lacks it. */
  public Program advising(String sentence) {
    return new Program(title, argv, environment, stdin, sentence);
  }
}
