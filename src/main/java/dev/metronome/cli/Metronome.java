package dev.metronome.cli;

import dev.metronome.base.encoding.ProcessText;
import dev.metronome.base.log.LogFormat;
import dev.metronome.base.log.LogLevel;
import dev.metronome.base.log.Logging;
import dev.metronome.base.log.Redaction;
import dev.metronome.base.log.StackTraces;
import dev.metronome.config.Configuration;
import dev.metronome.config.ConfigurationReader;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.ParameterException;

/**
 * The command line. {@link #run} may be called in-process, any number of times, by one thread at a
 * time, since the log is the process's.
 *
 * <p><b>Guarantees</b>: whatever happens, the answer is one of {@link ExitCode}, and an error is
 * one line on the terminal's {@code err}, without a stack trace unless {@code --debug} was asked
 * for.
 *
 * <p>A SIGINT ends the process with 130 by the JVM's own convention, after its shutdown hooks.
 */
public final class Metronome {
  private final Terminal terminal;
  private StackTraces stackTraces = StackTraces.HIDDEN;
  private Redaction redaction = Redaction.none();

  /** Speaks to {@code terminal} only. */
  public Metronome(Terminal terminal) {
    this.terminal = terminal;
  }

  /** The process. */
  public static void main(String[] args) {
    Logging.prepare();
    Metronome metronome = new Metronome(Terminal.ofProcess());
    System.exit(metronome.run(() -> ProcessText.arguments(args)));
  }

  /** Runs one command line; the result is the exit code's number. */
  public int run(String... args) {
    return run(() -> List.of(args));
  }

  private int run(Supplier<List<String>> args) {
    ExitCode exitCode = attempt(args);
    terminal.out().flush();
    terminal.err().flush();
    return exitCode.code();
  }

  private ExitCode attempt(Supplier<List<String>> args) {
    try {
      return execute(args.get().toArray(String[]::new));
    } catch (Throwable thrown) {
      Failure failure = Failure.of(thrown);
      terminal.err().println(redaction.apply(failure.line()));
      if (stackTraces == StackTraces.SHOWN) {
        thrown.printStackTrace(terminal.err());
      }
      return failure.exitCode();
    }
  }

  private ExitCode execute(String... args) throws Exception {
    CommandLineRequest request = parse(args);
    if (request.asksFor(Syntax.HELP)) {
      terminal.out().print(HelpPage.of(request.last().commandSpec()));
      return ExitCode.DONE;
    }
    if (request.asksFor(Syntax.VERSION)) {
      return new VersionCommand().run(terminal);
    }
    Object command = request.command().orElseGet(Commands::agent);
    return command instanceof Command.Standalone standalone
        ? standalone.run(terminal)
        : configured((Command) command, request);
  }

  private CommandLineRequest parse(String... args) {
    try {
      CommandLineRequest request =
          new CommandLineRequest(Syntax.parser(Set.copyOf(List.of(args))).parseArgs(args));
      return request.asksFor(Syntax.HELP) ? parseByAll(args) : request;
    } catch (ParameterException e) {
      return parseByAll(args);
    }
  }

  private static CommandLineRequest parseByAll(String... args) {
    try {
      return new CommandLineRequest(Syntax.parser().parseArgs(args));
    } catch (ParameterException e) {
      throw Typo.refusal(e);
    }
  }

  private ExitCode configured(Command command, CommandLineRequest request) throws Exception {
    stackTraces = stackTraces(request.value("--debug").orElse("false").equals("true"));
    Configuration configuration =
        new ConfigurationReader(terminal.machine())
            .read(request.value(Syntax.CONFIG), request.flags(), request.values(Syntax.VARIABLE));
    stackTraces = stackTraces(configuration.flag("debug"));
    startLog(command, configuration);
    return command.run(configuration, terminal);
  }

  private void startLog(Command command, Configuration configuration) {
    boolean asked = configuration.isSet("log-level");
    LogLevel chosen = asked ? LogLevel.of(configuration.text("log-level")) : command.logLevel();
    LogLevel level = configuration.flag("debug") ? LogLevel.DEBUG : chosen;
    LogFormat format = LogFormat.of(configuration.text("log-format"));
    redaction = Redaction.of(configuration.secrets());
    Logging.start(format, level, stackTraces, redaction, terminal.err());
    configuration.warnings().forEach(Metronome::warn);
  }

  /** Wakes SLF4J only if there is something to say: short commands start faster. */
  private static void warn(String sentence) {
    LoggerFactory.getLogger(Metronome.class).warn(sentence);
  }

  private static StackTraces stackTraces(boolean debug) {
    return debug ? StackTraces.SHOWN : StackTraces.HIDDEN;
  }
}
