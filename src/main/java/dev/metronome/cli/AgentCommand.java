package dev.metronome.cli;

import dev.metronome.agent.Agent;
import dev.metronome.config.Configuration;
import dev.metronome.log.LogLevel;

/** Runs the agent until it is told to stop. */
@picocli.CommandLine.Command(
    name = "agent",
    description = "Run the agent of this node (the default)",
    footer = {
      "metronome agent --files '/opt/patterns/*/task.yml' --role app",
      "metronome -host 10.0.0.5 agent",
    })
final class AgentCommand implements Command {

  @Override
  public ExitCode run(Configuration configuration, Terminal terminal) throws Exception {
    try (Agent agent = new Agent(configuration, terminal.environment(), Version.current())) {
      Runtime.getRuntime().addShutdownHook(new Thread(agent::close, "metronome-stop"));
      HangUp.does(agent::reload);
      agent.start();
      agent.awaitEnd();
    }
    return ExitCode.DONE;
  }

  @Override
  public LogLevel logLevel() {
    return LogLevel.INFO;
  }
}
