package dev.metronome.cli;

import dev.metronome.agent.Agent;
import dev.metronome.agent.systemd.Supervision;
import dev.metronome.base.encoding.NativeText;
import dev.metronome.base.log.LogLevel;
import dev.metronome.config.Configuration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the agent until it is told to stop. */
@picocli.CommandLine.Command(
    name = "agent",
    description = "Run the agent of this node (the default)",
    footer = {
      "metronome agent --files '/opt/patterns/*/task.yml' --role app",
      "metronome -host 10.0.0.5 agent",
    })
final class AgentCommand implements Command {
  private static final Logger LOG = LoggerFactory.getLogger(AgentCommand.class);

  @Override
  public ExitCode run(Configuration configuration, Terminal terminal) throws Exception {
    tellOfLocale(NativeText.ofProcess());
    Map<String, String> environment = Supervision.without(terminal.environment());
    try (Supervision supervision = Supervision.of(terminal.environment());
        Agent agent = new Agent(configuration, environment, VersionCommand.current())) {
      Runtime.getRuntime()
          .addShutdownHook(new Thread(() -> stop(agent, supervision), "metronome-stop"));
      CountDownLatch told = new CountDownLatch(1);
      Signals.on("HUP", agent::reload);
      Signals.on("TERM", () -> stop(agent, supervision, told));
      supervision.start(agent::isAlive);
      return run(agent, supervision, told);
    }
  }

  private static void tellOfLocale(NativeText text) {
    if (!text.isUtf8()) {
      LOG.warn(
          "locale={} {}; until then operations with other characters than ASCII in an argument, a"
              + " variable or a path are refused",
          text.encoding(),
          text.lack());
    }
  }

  /** To be told to stop, at whatever time, is a good end. */
  private static ExitCode run(Agent agent, Supervision supervision, CountDownLatch told)
      throws InterruptedException {
    try {
      agent.start();
      supervision.ready();
      agent.awaitEnd();
    } catch (InterruptedException e) {
      if (told.getCount() > 0) {
        throw e;
      }
    }
    return ExitCode.DONE;
  }

  private static void stop(Agent agent, Supervision supervision, CountDownLatch told) {
    told.countDown();
    stop(agent, supervision);
  }

  private static void stop(Agent agent, Supervision supervision) {
    supervision.close();
    agent.close();
  }

  @Override
  public LogLevel logLevel() {
    return LogLevel.INFO;
  }
}
