package dev.metronome.cli;

import dev.metronome.agent.LocalDispatch;
import dev.metronome.config.Configuration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs the tasks of an event on this machine alone. Its log is what it prints. */
@picocli.CommandLine.Command(
    name = "dispatch",
    description = "Run an event's tasks here and now, all of them, without the cluster",
    footer = {
      "metronome dispatch deploy --files '/opt/patterns/*/task.yml'",
      "metronome dispatch deploy --param version=1.2.3",
    })
final class DispatchCommand implements Command {
  private static final long SECONDS_TO_END = 15;

  @Parameters(paramLabel = "EVENT", description = "Name of the event")
  private String event;

  @Option(
      names = "--param",
      paramLabel = "KEY=VALUE",
      description = "Give the event a parameter; may be repeated")
  private List<String> params = List.of();

  @Override
  public ExitCode run(Configuration configuration, Terminal terminal) throws Exception {
    Map<String, String> parameters = parameters();
    try (LocalDispatch dispatch =
        new LocalDispatch(configuration, terminal.environment(), terminal.out()::println)) {
      CountDownLatch ended = new CountDownLatch(1);
      Thread stop = new Thread(() -> stop(dispatch, ended), "metronome-stop");
      Runtime.getRuntime().addShutdownHook(stop);
      try {
        return dispatch
            .run(event, parameters)
            .map(outcome -> ExitCode.of(outcome))
            .orElseThrow(() -> unknown(dispatch));
      } catch (IllegalArgumentException e) {
        throw new CommandException(ExitCode.USAGE, e.getMessage(), e);
      } finally {
        ended.countDown();
        forget(stop);
      }
    }
  }

  private Map<String, String> parameters() {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String param : params) {
      int sign = param.indexOf('=');
      if (sign < 1) {
        throw new CommandException(
            ExitCode.USAGE, "--param must be KEY=VALUE, found `" + param + "`");
      }
      parameters.put(param.substring(0, sign), param.substring(sign + 1));
    }
    return parameters;
  }

  private CommandException unknown(LocalDispatch dispatch) {
    String known = String.join(", ", dispatch.events());
    return new CommandException(
        ExitCode.NO_SUCH_EVENT,
        "no task file defines the event `"
            + event
            + "`; "
            + (known.isEmpty() ? "there are none, see --files" : "they define " + known));
  }

  /** At Ctrl-C the processes of the operation must not run on. */
  private static void stop(LocalDispatch dispatch, CountDownLatch ended) {
    dispatch.cancel("metronome was stopped while it ran the task");
    try {
      if (!ended.await(SECONDS_TO_END, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void forget(Thread stop) {
    try {
      Runtime.getRuntime().removeShutdownHook(stop);
    } catch (IllegalStateException e) {
      return; // The process is being stopped already.
    }
  }
}
