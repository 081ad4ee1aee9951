package dev.metronome.cli;

import static java.util.Map.entry;

import dev.metronome.agent.PortTakenException;
import dev.metronome.agent.TaskFileException;
import dev.metronome.agent.route.RouteException;
import dev.metronome.agent.systemd.SystemctlException;
import dev.metronome.agent.systemd.SystemdException;
import dev.metronome.base.encoding.MalformedTextException;
import dev.metronome.base.encoding.NativeText;
import dev.metronome.base.log.PrintableText;
import dev.metronome.base.tls.TlsMaterialException;
import dev.metronome.config.ConfigurationException;
import dev.metronome.consul.ConsulDeniedException;
import dev.metronome.consul.ConsulRejectedException;
import dev.metronome.consul.ConsulUnavailableException;
import dev.metronome.consul.rights.MissingRightsException;
import dev.metronome.model.record.NewerRecordException;
import dev.metronome.model.record.UnreadableRecordException;
import dev.metronome.pipeline.membership.NameTakenException;
import dev.metronome.pipeline.queue.QueueFullException;
import dev.metronome.pipeline.steering.NotRetryableException;
import dev.metronome.telemetry.trace.TracingException;
import java.nio.file.InvalidPathException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The only place that turns an exception into an exit code and a sentence.
 *
 * @param exitCode for the shell
 * @param sentences for the user
 */
record Failure(ExitCode exitCode, List<String> sentences) {

  private Failure(ExitCode exitCode, String sentence) {
    this(exitCode, List.of(String.valueOf(sentence)));
  }

  /** What each exception means whose message is written for the user. */
  private static final Map<Class<? extends Throwable>, ExitCode> MEANINGS =
      Map.ofEntries(
          entry(ConfigurationException.class, ExitCode.USAGE),
          entry(MalformedTextException.class, ExitCode.USAGE),
          entry(TaskFileException.class, ExitCode.USAGE),
          entry(PortTakenException.class, ExitCode.TAKEN),
          entry(NameTakenException.class, ExitCode.TAKEN),
          entry(TracingException.class, ExitCode.USAGE),
          entry(TlsMaterialException.class, ExitCode.USAGE),
          entry(NotRetryableException.class, ExitCode.USAGE),
          entry(ConsulUnavailableException.class, ExitCode.CONSUL),
          entry(ConsulDeniedException.class, ExitCode.CONSUL),
          entry(ConsulRejectedException.class, ExitCode.CONSUL),
          entry(MissingRightsException.class, ExitCode.CONSUL),
          entry(QueueFullException.class, ExitCode.CONSUL),
          entry(UnreadableRecordException.class, ExitCode.FAILED),
          entry(NewerRecordException.class, ExitCode.FAILED),
          entry(SystemdException.class, ExitCode.USAGE),
          entry(SystemctlException.class, ExitCode.FAILED));

  static Failure of(Throwable thrown) {
    if (thrown instanceof CommandException refusal) {
      return new Failure(refusal.exitCode(), refusal.getMessage());
    }
    if (thrown instanceof InterruptedException) {
      return new Failure(ExitCode.INTERRUPTED, "interrupted");
    }
    if (thrown instanceof InvalidPathException path) {
      return new Failure(ExitCode.USAGE, unusable(path));
    }
    if (thrown instanceof RouteException) {
      return new Failure(ExitCode.USAGE, thrown.getMessage().lines().toList());
    }
    ExitCode meaning = MEANINGS.get(thrown.getClass());
    return meaning == null ? unexpected(thrown) : new Failure(meaning, thrown.getMessage());
  }

  private static String unusable(InvalidPathException path) {
    NativeText here = NativeText.ofProcess();
    String why = here.holds(path.getInput()) ? path.getReason() : here.objection();
    return "the path `" + path.getInput() + "` cannot be used: it " + why;
  }

  private static Failure unexpected(Throwable thrown) {
    String message = thrown.getMessage() == null ? "" : ": " + thrown.getMessage();
    return new Failure(
        ExitCode.FAILED,
        "unexpected "
            + thrown.getClass().getSimpleName()
            + message
            + "; this is a mistake in metronome; --debug shows where");
  }

  /** One line, whatever stands in it; where several files are at fault, one for each fault. */
  String line() {
    return "metronome: "
        + sentences.stream().map(PrintableText::of).collect(Collectors.joining("\n"));
  }
}
