package dev.metronome.cli;

import java.util.List;

/** Every command there is, in the order of help. A new one is a line here. */
final class Commands {
  private Commands() {}

  /** New instances, since picocli writes into them. */
  static List<Object> all() {
    return List.of(
        agent(),
        new FireCommand(),
        new PlanCommand(),
        new StatusCommand(),
        new EventsCommand(),
        new ShowCommand(),
        new LogsCommand(),
        new WatchCommand(),
        new NodesCommand(),
        new QueueCommand(),
        new QuarantineCommand(),
        new CancelCommand(),
        new RetryCommand(),
        new ApproveCommand(),
        new SchedulesCommand(),
        new FreezeCommand(),
        new FreezeCommand.Thaw(),
        new PushCommand(),
        new MigrateCommand(),
        new SignCommand(),
        new UserCommand(),
        new ValidateCommand(),
        new DemoCommand(),
        new DispatchCommand(),
        new OperationsCommand(),
        new InstallCommand(),
        new ServiceCommand.Remove(),
        new ServiceCommand.Start(),
        new ServiceCommand.Stop(),
        new CompletionCommand(),
        new ManCommand(),
        new ConfigCommand(),
        new VersionCommand());
  }

  /** The one that runs if none is named. */
  static Command agent() {
    return new AgentCommand();
  }
}
