package dev.metronome.cli;

import dev.metronome.base.log.PrintableText;
import dev.metronome.cli.picture.ApprovalSentence;
import dev.metronome.cli.picture.Table;
import dev.metronome.config.Configuration;
import dev.metronome.model.record.Blocked.BlockedEvent;
import dev.metronome.model.record.Held;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.pipeline.membership.Roster;
import dev.metronome.pipeline.steering.Canceller;
import dev.metronome.state.ClusterView;
import dev.metronome.state.EventSummary;
import dev.metronome.state.QueueView;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists what waits, and takes an event out. */
@picocli.CommandLine.Command(
    name = "queue",
    description = "List the events that wait, in their order; `queue drop ID` takes one out",
    footer = {
      "metronome queue",
      "metronome queue --json",
      "metronome queue drop 3f2a91bc --reason 'fired twice'",
    })
final class QueueCommand implements Command {
  /** All of a queue this long is read; of a longer one nothing but its length is told. */
  static final int MOST = 20_000;

  private static final int NAMED = 5;
  private static final int LEAST = 4;

  /** Of parameters, in a list. */
  static final int WITH = 60;

  @Parameters(arity = "0..2", paramLabel = "drop ID", description = "Take this event out")
  private List<String> words = new ArrayList<>();

  @Option(names = "--reason", paramLabel = "TEXT", description = "With drop: why")
  private String reason;

  @Option(names = "--json", description = "As JSON: Waiting, Events, Newer")
  private boolean json;

  @Override
  public ExitCode run(Configuration configuration, Terminal terminal) {
    boolean drop = !words.isEmpty();
    if (drop && (words.size() != 2 || !words.get(0).equals("drop"))) {
      throw new CommandException(
          ExitCode.USAGE, "write `metronome queue` or `metronome queue drop ID`");
    }
    try (Cluster cluster = new Cluster(configuration)) {
      if (drop) {
        drop(waiting(words.get(1), cluster), cluster, terminal);
      }
      QueueView queue = drop && !json ? new QueueView(0, List.of()) : cluster.viewer().queue(MOST);
      if (json) {
        terminal.out().println(Json.text(queue));
      } else if (!drop) {
        Roster.read(cluster.connection(), cluster.keys()).held().stream()
            .filter(Held::concernsEvent)
            .forEach(held -> terminal.say(held.sentence()));
        TextOutput output = new TextOutput(terminal);
        cluster.viewer().cluster().inProgress().stream()
            .flatMap(running -> asked(running).stream())
            .forEach(output::line);
        print(queue, output);
      }
    }
    return ExitCode.DONE;
  }

  /** The ID of the only event that waits and whose ID begins so. */
  private static String waiting(String given, Cluster cluster) {
    if (!Keys.isSegment(given)) {
      return cluster.id(given); // which says why not
    }
    List<EventSummary> events = cluster.viewer().queue(MOST).events();
    List<String> alike =
        events.stream().map(EventSummary::id).filter(id -> id.startsWith(given)).toList();
    if (alike.size() == 1 && given.length() >= LEAST) {
      return alike.get(0);
    }
    if (alike.isEmpty() && cluster.viewer().ids(given).isEmpty()) {
      throw new CommandException(
          ExitCode.NO_SUCH_EVENT,
          "no event that waits has an ID like `"
              + given
              + "`; "
              + (events.isEmpty()
                  ? "none waits"
                  : "waiting are "
                      + events.stream()
                          .limit(NAMED)
                          .map(event -> Cluster.shortened(event.id()) + " " + event.name())
                          .collect(Collectors.joining(", "))));
    }
    return cluster.id(given);
  }

  private void drop(String event, Cluster cluster, Terminal terminal) {
    Canceller canceller = new Canceller(cluster.connection(), cluster.keys());
    Canceller.Answer answer =
        canceller
            .drop(event, CancelCommand.wanted(reason, terminal))
            .filter(Canceller.Answer.Removed.class::isInstance)
            .orElseThrow(
                () ->
                    new CommandException(
                        ExitCode.USAGE,
                        "event "
                            + event
                            + " does not wait any more; `metronome cancel` ends one that runs"));
    if (!json) {
      terminal.out().println(PrintableText.of(CancelCommand.sentence(event, answer)));
    }
  }

  /** What those that wait are held up by: nobody may have noticed that he is asked. */
  private static Optional<String> asked(ClusterView.Running running) {
    return ApprovalSentence.of(
            Cluster.shortened(running.id()), running.task(), Instant.now(Clock.systemUTC()))
        .map(sentence -> "in progress: " + running.name() + " " + sentence);
  }

  private static void print(QueueView queue, TextOutput output) {
    queue.newer().forEach(left -> output.line(left.sentence()));
    int unreadable = queue.waiting() - queue.events().size() - queue.newer().size();
    if (unreadable > 0 && queue.waiting() <= MOST) {
      output.line(
          unreadable
              + " more that cannot be read; the leader sets "
              + (unreadable == 1 ? "it" : "them")
              + " aside, see `metronome quarantine` then");
    } else if (queue.events().isEmpty() && queue.newer().isEmpty()) {
      output.line(queue.waiting() == 0 ? "no event waits" : queue.waiting() + " events wait");
      return;
    }
    if (queue.events().isEmpty()) {
      return;
    }
    boolean lanes = !queue.lanes().isEmpty();
    Table table =
        lanes
            ? output.table("ID", "EVENT", "LANE", "SINCE", "WAITED", "BY", "WITH")
            : output.table("ID", "EVENT", "SINCE", "WAITED", "BY", "WITH");
    UnaryOperator<String> shortening = Cluster.shortening(queue.events());
    for (EventSummary event : queue.events()) {
      List<Object> row =
          new ArrayList<>(
              List.of(
                  shortening.apply(event.id()),
                  event.name(),
                  output.at(event.acceptedAt()),
                  output.took(event.acceptedAt(), Optional.empty()),
                  event.by().orElse(""),
                  ForecastOutput.shortened(event.given(), WITH)));
      if (lanes) {
        row.add(2, queue.lane(event));
      }
      table.row(row.toArray());
    }
    output.print(table);
    for (BlockedEvent blocked : queue.blocked()) {
      output.line(
          shortening.apply(blocked.eventId()) + " may not begin: " + TextOutput.reason(blocked));
    }
  }
}
