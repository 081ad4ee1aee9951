package dev.metronome.cli;

import dev.metronome.config.Configuration;
import dev.metronome.consul.Catalog;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Limit;
import dev.metronome.model.schedule.Nearest;
import dev.metronome.model.schedule.Pattern;
import dev.metronome.model.schedule.Schedule;
import dev.metronome.model.schedule.Topology;
import dev.metronome.model.schedule.TopologyReader;
import dev.metronome.state.Viewer;
import dev.metronome.state.forecast.Forecast;
import dev.metronome.state.forecast.Forecaster;
import dev.metronome.state.forecast.PresentQueue;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what an event would do, and does none of it. */
@picocli.CommandLine.Command(
    name = "plan",
    description = "Show what an event would do now, on which nodes, and do none of it",
    footer = {
      "metronome plan deploy --param version=1.4.2",
      "metronome plan deploy --json > plan.json",
      "metronome plan --retry 3f2a91bc --failed-nodes",
      "metronome plan deploy --files '/opt/patterns/*/task.yml'",
      "metronome plan --from-cluster > production.yml",
      "metronome plan deploy --topology production.yml",
    })
final class PlanCommand implements Command {
  @Parameters(index = "0", arity = "0..1", paramLabel = "EVENT", description = "Name of the event")
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

  @Option(names = "--ahead", description = "As if it were put before all that wait for its lane")
  private boolean ahead;

  @Option(
      names = "--retry",
      paramLabel = "ID",
      description = "What `retry` of this event would do, which brings its parameters along")
  private String retried;

  @Option(names = "--from", paramLabel = "NUMBER", description = "With --retry, as there")
  private String from;

  @Option(names = "--failed-nodes", description = "With --retry, as there")
  private boolean failedNodes;

  @Option(
      names = "--topology",
      paramLabel = "FILE",
      description = "On the cluster that this file imagines, without any Consul")
  private String topology;

  @Option(
      names = "--from-cluster",
      description = "Print the cluster as it is now in the form of such a file, and plan nothing")
  private boolean fromCluster;

  @Option(names = "--json", description = "As JSON: Fingerprint, Outcome, Tasks with Nodes")
  private boolean json;

  @Override
  public ExitCode run(Configuration configuration, Terminal terminal) throws IOException {
    if (fromCluster) {
      return print(configuration, terminal);
    }
    demandWhole();
    if (retried != null) {
      return retry(configuration, terminal);
    }
    return topology == null ? planned(configuration, terminal) : rehearsed(configuration, terminal);
  }

  private void demandWhole() {
    if (retried != null && (name != null || isOfAnEvent())) {
      throw new CommandException(
          ExitCode.USAGE,
          "--retry brings its EVENT, parameters and limit along; give it with --from and"
              + " --failed-nodes alone");
    }
    if (retried == null && (from != null || failedNodes)) {
      throw new CommandException(
          ExitCode.USAGE, "--from and --failed-nodes say what --retry does; name the event's ID");
    }
    if (retried == null && name == null) {
      throw new CommandException(
          ExitCode.USAGE,
          "name the EVENT to plan, the ID of one to --retry, or ask for the cluster by"
              + " --from-cluster");
    }
  }

  private boolean isOfAnEvent() {
    return !params.isEmpty() || limit != null || ahead || topology != null;
  }

  private ExitCode retry(Configuration configuration, Terminal terminal) {
    RetryWish wish = new RetryWish(retried, failedNodes, RetryWish.number(from));
    try (Cluster cluster = new Cluster(configuration)) {
      Forecast forecast = wish.foreseen(cluster, configuration, terminal);
      if (json) {
        terminal.out().println(Json.text(forecast));
      } else {
        new ForecastOutput(new TextOutput(terminal)).print(forecast, wish.command(cluster));
      }
      return exitCode(forecast);
    }
  }

  private ExitCode print(Configuration configuration, Terminal terminal) {
    if (name != null || isOfAnEvent() || retried != null || from != null || failedNodes) {
      throw new CommandException(
          ExitCode.USAGE,
          "--from-cluster prints the cluster and plans nothing; it goes with no EVENT and none of"
              + " the options of one");
    }
    try (ConsulConnection connection = ConsulConnection.to(configuration::consul)) {
      Keys keys = new Keys(configuration.text("prefix"));
      PresentQueue queue = new PresentQueue(connection, keys, Clock.systemUTC());
      Viewer viewer = new Viewer(connection, keys, Clock.systemUTC());
      terminal
          .out()
          .print(TopologyText.of(new Catalog(connection), queue.all(), viewer.usualTasks()));
    }
    return ExitCode.DONE;
  }

  private ExitCode rehearsed(Configuration configuration, Terminal terminal) throws IOException {
    Topology imagined = imagined(terminal);
    unknown(imagined, LocalForecasts.files(configuration)).forEach(terminal::say);
    Forecast forecast = LocalForecasts.onImagined(configuration, imagined, event());
    if (json) {
      terminal.out().println(Json.text(forecast));
    } else {
      TextOutput output = new TextOutput(terminal);
      new ForecastOutput(output).rehearsed(forecast);
      new Timeline(output).print(forecast, imagined);
    }
    return exitCode(forecast);
  }

  /** Durations of what is no task, and what waits and is no event. */
  private static List<String> unknown(Topology imagined, Schedule files) {
    Set<String> tasks = new TreeSet<>();
    for (Pattern pattern : files.patterns()) {
      tasks.addAll(pattern.tasks().keySet());
      pattern.tasks().keySet().forEach(task -> tasks.add(pattern.name() + "/" + task));
    }
    Stream<String> durations =
        imagined.durations().keySet().stream()
            .filter(name -> !tasks.contains(name))
            .map(
                name ->
                    "`durations` names "
                        + name
                        + ", which is no task here"
                        + Nearest.hint(name, tasks));
    Stream<String> queue =
        imagined.queue().stream()
            .map(Topology.Queued::event)
            .distinct()
            .filter(name -> !files.defines(name))
            .map(
                name ->
                    "`queue` names "
                        + name
                        + ", which is no event here"
                        + Nearest.hint(name, files.eventNames()));
    return Stream.concat(durations, queue).toList();
  }

  private Topology imagined(Terminal terminal) {
    TopologyReader.Reading reading =
        TopologyReader.read(terminal.machine().workingDirectory().resolve(topology));
    reading.problems().forEach(problem -> terminal.err().println(problem));
    return reading
        .topology()
        .orElseThrow(
            () ->
                new CommandException(
                    ExitCode.USAGE, topology + " is no topology to plan on, see above"));
  }

  private ExitCode planned(Configuration configuration, Terminal terminal) {
    try (ConsulConnection connection = ConsulConnection.to(configuration::consul)) {
      Forecast forecast = new LocalForecasts(configuration, connection).of(event());
      if (json) {
        terminal.out().println(Json.text(forecast));
      } else {
        Keys keys = new Keys(configuration.text("prefix"));
        Viewer viewer = new Viewer(connection, keys, Clock.systemUTC());
        new ForecastOutput(new TextOutput(terminal)).print(forecast, viewer.usual(name), ahead);
      }
      return exitCode(forecast);
    }
  }

  private Event event() {
    try {
      return Forecaster.imagined(
          name,
          Pairs.of("--param", params),
          Optional.ofNullable(limit).map(Limit::of),
          ahead,
          Clock.systemUTC().instant());
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
