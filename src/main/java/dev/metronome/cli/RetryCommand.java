package dev.metronome.cli;

import dev.metronome.config.Configuration;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Json;
import dev.metronome.state.EventView;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Has a failed event go on, as a new one. */
@picocli.CommandLine.Command(
    name = "retry",
    description = "Go on where an event failed, as a new event, and print its ID",
    footer = {
      "metronome retry 3f2a91bc --wait",
      "metronome retry 3f2a91bc --failed-nodes",
      "metronome retry 3f2a91bc --from 2",
    })
final class RetryCommand implements Command {
  private static final Duration LONGEST = Duration.ofDays(7);

  @Parameters(arity = "1", paramLabel = "ID", description = "The event's ID or its beginning")
  private String id;

  @Option(names = "--failed-nodes", description = "The task only where it has not succeeded")
  private boolean failedNodes;

  @Option(names = "--from", paramLabel = "NUMBER", description = "Begin with this task, from 0")
  private String from;

  @Option(
      names = "--plan",
      paramLabel = "PLAN",
      description =
          "Only if it would do what `plan --retry` said: its fingerprint, or a file of its JSON")
  private String plan;

  @Option(
      names = "--wait",
      description = "Follow the new event to its end, and exit by its outcome")
  private boolean wait;

  @Option(names = "--timeout", paramLabel = "TIME", description = "With --wait, how long (30m)")
  private String timeout;

  @Option(names = "--json", description = "As JSON, as `show`: the new event with Tasks and Nodes")
  private boolean json;

  @Override
  public ExitCode run(Configuration configuration, Terminal terminal) throws Exception {
    Duration most = Times.read("--timeout", timeout == null ? "30m" : timeout, LONGEST);
    RetryWish wish = new RetryWish(id, failedNodes, RetryWish.number(from));
    if (timeout != null && !wait) {
      throw new CommandException(
          ExitCode.USAGE, "--timeout says how long to --wait; give both or neither");
    }
    Optional<PlanCheck> check = PlanCheck.typed(plan, terminal);
    try (Cluster cluster = new Cluster(configuration)) {
      check.ifPresent(
          it ->
              it.demandSame(
                  wish.foreseen(cluster, configuration, terminal), wish.planned(cluster)));
      Event event =
          RetryWish.retrier(cluster)
              .retry(
                  wish.in(cluster, terminal)
                      .confirmed(check.map(it -> it.fingerprint().toString())));
      if (!json) {
        terminal.out().println(event.id());
        terminal.out().flush();
      }
      return wait
          ? new Following(cluster, event, terminal).toItsEnd(most, json)
          : left(event, terminal);
    }
  }

  private ExitCode left(Event event, Terminal terminal) {
    if (json) {
      terminal.out().println(Json.text(EventView.of(event)));
    }
    return ExitCode.DONE;
  }
}
