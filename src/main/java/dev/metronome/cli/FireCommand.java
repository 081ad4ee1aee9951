package dev.metronome.cli;

import dev.metronome.config.Configuration;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Held;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Limit;
import dev.metronome.pipeline.intake.Events;
import dev.metronome.pipeline.membership.Roster;
import dev.metronome.pipeline.queue.EventQueue;
import dev.metronome.pipeline.queue.RejectedEventException;
import dev.metronome.state.EventView;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Sends an event durably, and follows it if asked to. */
@picocli.CommandLine.Command(
    name = "fire",
    description = "Send an event to the cluster and print its ID",
    footer = {
      "metronome fire configure",
      "metronome fire deploy --param version=1.4.2 --wait --timeout 10m",
      "id=$(metronome fire backup)",
      "metronome fire deploy --plan plan.json",
      "metronome fire deploy --limit app-1 --wait",
    })
final class FireCommand implements Command {
  private static final Duration LONGEST = Duration.ofDays(7);

  @Parameters(index = "0", arity = "1", paramLabel = "EVENT", description = "Name of the event")
  private String name;

  @Option(
      names = "--param",
      paramLabel = "KEY=VALUE",
      description = "A parameter, METRONOME_PARAM_KEY to scripts; may be repeated")
  private List<String> params = new ArrayList<>();

  @Option(
      names = "--limit",
      paramLabel = "NODES",
      description = "Only on these nodes: app-1,app-2, or the first 2 of each task")
  private String limit;

  @Option(
      names = "--override",
      paramLabel = "REASON",
      description = "Begin it outside its windows too; the reason stands in its result")
  private String override;

  @Option(
      names = "--ahead",
      description = "Before all that wait for its lane; recorded in its result")
  private boolean ahead;

  @Option(
      names = "--plan",
      paramLabel = "PLAN",
      description = "Only if it would do what `plan` said: its fingerprint, or a file of its JSON")
  private String plan;

  @Option(names = "--wait", description = "Follow the event to its end, and exit by its outcome")
  private boolean wait;

  @Option(names = "--timeout", paramLabel = "TIME", description = "With --wait, how long (30m)")
  private String timeout;

  @Option(names = "--json", description = "As JSON, as `show`: the event with Tasks and Nodes")
  private boolean json;

  @Override
  public ExitCode run(Configuration configuration, Terminal terminal) throws Exception {
    Duration most = Times.read("--timeout", timeout == null ? "30m" : timeout, LONGEST);
    if (timeout != null && !wait) {
      throw new CommandException(
          ExitCode.USAGE, "--timeout says how long to --wait; give both or neither");
    }
    Optional<PlanCheck> check = PlanCheck.typed(plan, terminal);
    Event event = event(terminal).confirmed(check.map(it -> it.fingerprint().toString()));
    try (Cluster cluster = new Cluster(configuration)) {
      check.ifPresent(
          it ->
              it.demandSame(
                  new LocalForecasts(configuration, cluster.connection()).of(event),
                  "metronome plan " + name));
      Roster agents = Roster.read(cluster.connection(), cluster.keys());
      EventQueue queue =
          new EventQueue(
              cluster.connection(),
              cluster.keys(),
              Clock.systemUTC(),
              configuration.number("queue-limit"),
              configuration.ownSignatures()::sign,
              agents::objection);
      accept(event, queue);
      if (!json) {
        terminal.out().println(event.id());
        terminal.out().flush();
      }
      return wait
          ? new Following(cluster, event, terminal).toItsEnd(most, json)
          : leave(event, agents, terminal);
    }
  }

  private static void accept(Event event, EventQueue queue) throws InterruptedException {
    try {
      new Acceptance(queue).accept(List.of(event));
    } catch (RejectedEventException e) {
      throw new CommandException(
          ExitCode.USAGE, e.getMessage() + "; nothing was queued; " + e.hint(), e);
    }
  }

  private ExitCode leave(Event event, Roster agents, Terminal terminal) {
    if (json) {
      terminal.out().println(Json.text(EventView.of(event)));
    }
    Optional<String> doubt = EventWarnings.about(event, agents);
    doubt.ifPresent(terminal::say);
    agents.held().stream().filter(Held::concernsEvent).map(Held::sentence).forEach(terminal::say);
    return doubt.isPresent() && !agents.isEmpty() ? ExitCode.NO_SUCH_EVENT : ExitCode.DONE;
  }

  private Optional<String> overriding() {
    if (override != null && override.isBlank()) {
      throw new CommandException(
          ExitCode.USAGE, "--override needs a reason for those who ask later");
    }
    return Optional.ofNullable(override);
  }

  private Event event(Terminal terminal) {
    try {
      return Event.of(
              Events.newId(),
              name,
              Pairs.of("--param", params),
              Clock.systemUTC().instant(),
              "fire",
              Sender.of(terminal.environment()))
          .limited(Optional.ofNullable(limit).map(Limit::of))
          .overriding(overriding())
          .ahead(ahead)
          .continuing(Sender.trace(terminal.environment()));
    } catch (IllegalArgumentException e) {
      throw new CommandException(ExitCode.USAGE, e.getMessage(), e);
    }
  }
}
