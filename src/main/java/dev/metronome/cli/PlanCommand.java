package dev.metronome.cli;

import dev.metronome.config.Configuration;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Limit;
import dev.metronome.state.Viewer;
import dev.metronome.state.forecast.Forecast;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what an event would do, and does none of it. */
@picocli.CommandLine.Command(
    name = "plan",
    description = "Show what an event would do now, on which nodes, and do none of it",
    footer = {
      "metronome plan deploy --param version=1.4.2",
      "metronome plan deploy --json > plan.json",
      "metronome plan deploy --files '/opt/patterns/*/task.yml'",
    })
final class PlanCommand implements Command {
  @Parameters(index = "0", arity = "1", paramLabel = "EVENT", description = "Name of the event")
  private String name;

  @Option(
      names = "--param",
      paramLabel = "KEY=VALUE",
      description = "A parameter that the event would have; may be repeated")
  private List<String> params = new ArrayList<>();

  @Option(
      names = "--limit",
      paramLabel = "NODES",
      description = "Only on these nodes: app-1,app-2, or the first 2 of each task")
  private String limit;

  @Option(names = "--json", description = "As JSON: Fingerprint, Outcome, Tasks with Nodes")
  private boolean json;

  @Override
  public ExitCode run(Configuration configuration, Terminal terminal) {
    try (ConsulConnection connection = ConsulConnection.to(configuration::consul)) {
      Forecast forecast =
          new LocalForecasts(configuration, connection)
              .of(name, Pairs.of("--param", params), limit());
      if (json) {
        terminal.out().println(Json.text(forecast));
      } else {
        Keys keys = new Keys(configuration.text("prefix"));
        Viewer viewer = new Viewer(connection, keys, Clock.systemUTC());
        new ForecastOutput(new TextOutput(terminal)).print(forecast, viewer.usual(name));
      }
      return exitCode(forecast);
    }
  }

  private Optional<Limit> limit() {
    try {
      return Optional.ofNullable(limit).map(Limit::of);
    } catch (IllegalArgumentException e) {
      throw new CommandException(ExitCode.USAGE, e.getMessage(), e);
    }
  }

  /** As {@code fire --wait} would exit if every operation succeeded. */
  private static ExitCode exitCode(Forecast forecast) {
    ExitCode end = ExitCode.of(forecast.outcome());
    return end == ExitCode.DONE && !forecast.doubts().isEmpty() ? ExitCode.FAILED : end;
  }
}
