package dev.metronome.pipeline.process;

import dev.metronome.base.account.Account;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What to run, where, with what, and for how long.
 *
 * @param argv the program and its arguments; a program without {@code /} is searched in the
 *     command's own {@code PATH}, one with it is relative to {@code directory}
 * @param directory the working directory
 * @param environment added to, and winning over, the runner's base environment
 * @param stdin the text to feed, as UTF-8; without it the command reads {@code /dev/null}
 * @param timeout how long the command may run, above zero
 * @param killGrace how long its processes have between SIGTERM and SIGKILL; zero for none
 * @param user whom it runs as, in the environment of a login; without one as this process
 */
public record ProcessCommand(
    List<String> argv,
    Path directory,
    Map<String, String> environment,
    Optional<String> stdin,
    Duration timeout,
    Duration killGrace,
    Optional<Account> user) {

  /** The grace of a command that asks for none in particular. */
  public static final Duration KILL_GRACE = Duration.ofSeconds(5);

  /** The shell that hands over to a command drops every other name. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  /**
   * @throws IllegalArgumentException if something here could not reach a process as it stands; the
   *     message names the variable or the argument's place, never its value
   */
  public ProcessCommand {
    argv = List.copyOf(argv);
    environment = Map.copyOf(environment);
    Objects.requireNonNull(directory, "directory");
    Objects.requireNonNull(stdin, "stdin");
    Objects.requireNonNull(user, "user");
    checkArguments(argv);
    environment.forEach(ProcessCommand::checkVariable);
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("timeout " + timeout + " is not above zero");
    }
    if (killGrace.isNegative()) {
      throw new IllegalArgumentException("killGrace " + killGrace + " is negative");
    }
  }

  /** A command that runs as this process does. */
  public ProcessCommand(
      List<String> argv,
      Path directory,
      Map<String, String> environment,
      Optional<String> stdin,
      Duration timeout,
      Duration killGrace) {
    this(argv, directory, environment, stdin, timeout, killGrace, Optional.empty());
  }

  /** The same, as that user. */
  ProcessCommand as(Account other) {
    return new ProcessCommand(
        argv, directory, environment, stdin, timeout, killGrace, Optional.of(other));
  }

  /** A command without input or variables of its own, with the usual grace. */
  public static ProcessCommand of(List<String> argv, Path directory, Duration timeout) {
    return new ProcessCommand(argv, directory, Map.of(), Optional.empty(), timeout, KILL_GRACE);
  }

  /** The program, as it was given. */
  String program() {
    return argv.get(0);
  }

  private static void checkArguments(List<String> argv) {
    if (argv.isEmpty() || argv.get(0).isEmpty()) {
      throw new IllegalArgumentException("a command needs a program");
    }
    if (argv.get(0).startsWith("-")) {
      throw new IllegalArgumentException("a program cannot begin with '-': write ./ before it");
    }
    for (int place = 0; place < argv.size(); place++) {
      if (argv.get(place).indexOf('\0') >= 0) {
        throw new IllegalArgumentException("argument " + place + " contains a NUL character");
      }
    }
  }

  private static void checkVariable(String name, String value) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "environment variable '" + name + "' is not a name that a shell can hold: " + NAME);
    }
    if (value.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("variable " + name + " contains a NUL character");
    }
  }
}
