package dev.metronome.cli;

import dev.metronome.agent.TaskFiles;
import dev.metronome.agent.route.RouteFiles;
import dev.metronome.base.log.Redaction;
import dev.metronome.config.Configuration;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Rights;
import dev.metronome.demo.ImaginedCluster;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Keys;
import dev.metronome.model.schedule.Nearest;
import dev.metronome.model.schedule.OperationTypes;
import dev.metronome.model.schedule.Schedule;
import dev.metronome.model.schedule.Topology;
import dev.metronome.state.State;
import dev.metronome.state.forecast.EventAhead;
import dev.metronome.state.forecast.Forecast;
import dev.metronome.state.forecast.Forecaster;
import dev.metronome.state.forecast.LaneQueue;
import dev.metronome.state.forecast.UndefinedEventException;
import dev.metronome.state.forecast.UndefinedEventException.Extent;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Forecasts by the task files that an agent of this machine would have. */
final class LocalForecasts {
  private final Configuration configuration;
  private final ConsulConnection connection;

  LocalForecasts(Configuration configuration, ConsulConnection connection) {
    this.configuration = configuration;
    this.connection = connection;
  }

  /**
   * What would become of an event.
   *
   * @throws CommandException if there are no task files here, or they do not define it
   */
  Forecast of(Event event) {
    Schedule files = files(configuration);
    return of(
        event,
        files,
        new Forecaster(
            () -> files,
            connection,
            new Keys(configuration.text("prefix")),
            configuration.flag("skippable"),
            this::undrainable,
            Redaction.of(configuration.secrets())::apply,
            Clock.systemUTC()));
  }

  private static Forecast of(Event event, Schedule files, Forecaster forecaster) {
    try {
      return forecaster.of(event);
    } catch (UndefinedEventException e) {
      boolean nowhere = e.extent() == Extent.EVERYWHERE;
      String hint = Nearest.hint(event.name(), files.eventNames());
      throw new CommandException(
          nowhere ? ExitCode.NO_SUCH_EVENT : ExitCode.USAGE, e.getMessage() + hint, e);
    }
  }

  /** What would become of an event on a cluster that is imagined, by the task files here. */
  static Forecast onImagined(Configuration configuration, Topology topology, Event event)
      throws IOException {
    Schedule files = files(configuration);
    Keys keys = new Keys(configuration.text("prefix"));
    try (ImaginedCluster cluster = ImaginedCluster.of(topology, files, keys)) {
      return of(
          event,
          files,
          new Forecaster(
              () -> files,
              cluster.connection(),
              keys,
              configuration.flag("skippable"),
              services -> Set.of(),
              Redaction.of(configuration.secrets())::apply,
              Clock.systemUTC(),
              (lane, schedule) -> queue(topology, lane, schedule)));
    }
  }

  private static LaneQueue.Content queue(Topology topology, String lane, Schedule files) {
    List<EventAhead> all =
        topology.queue().stream()
            .filter(each -> files.laneOf(each.event()).lane().name().equals(lane))
            .sorted(Comparator.comparing(each -> !each.running()))
            .map(LocalForecasts::ahead)
            .toList();
    return new LaneQueue.Content(all, Optional.empty());
  }

  private static EventAhead ahead(Topology.Queued event) {
    return new EventAhead(
        Optional.empty(),
        event.event(),
        event.running() ? State.INPROGRESS : State.QUEUED,
        event.takes().map(Duration::toSeconds),
        Optional.empty());
  }

  /**
   * The task files that an agent of this machine would have.
   *
   * @throws CommandException if there are none
   */
  static Schedule files(Configuration configuration) {
    return existing(TaskFiles.once(configuration, operations(configuration)));
  }

  /** The same without those that cannot be used, which it names. */
  static Schedule usableFiles(Configuration configuration) {
    return existing(TaskFiles.usable(configuration, operations(configuration)));
  }

  private static OperationTypes operations(Configuration configuration) {
    return RouteFiles.of(configuration.routes()).operationTypes(configuration.text("prefix"));
  }

  private static Schedule existing(Schedule files) {
    if (files.patterns().isEmpty() && files.broken().isEmpty()) {
      throw new CommandException(
          ExitCode.USAGE,
          "there are no task files here to go by: name those of the agents with --files or `files`"
              + " in config.yml, or ask on a node that has an agent");
    }
    return files;
  }

  /** What the operations of the agents may, is only known where their token is. */
  private Set<String> undrainable(Set<String> services) {
    if (!configuration.operationsHaveToken()) {
      return Set.of();
    }
    try (ConsulConnection operations = ConsulConnection.to(configuration::operationConsul)) {
      return new Rights(operations).unwritable(services);
    }
  }
}
