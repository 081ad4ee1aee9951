package dev.metronome.cli;

import dev.metronome.cli.picture.Table;
import dev.metronome.config.Configuration;
import dev.metronome.model.record.Json;
import dev.metronome.pipeline.hook.CloudEvent;
import dev.metronome.state.EventPage;
import dev.metronome.state.EventQuery;
import dev.metronome.state.EventSummary;
import dev.metronome.state.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** Lists events, the newest first. */
@picocli.CommandLine.Command(
    name = "events",
    description = "List events, the newest first",
    footer = {
      "metronome events",
      "metronome events --status error,timeout --since 12h --limit 100",
      "metronome events --since 2026-01-31T22:00:00+01:00",
      "metronome events --name deploy --by anna --param version=1.4.2",
      "metronome events --json",
      "metronome events --cloudevents --since 1d > events.jsonl",
    })
final class EventsCommand implements Command {
  private static final Duration LONGEST = Duration.ofDays(3_650);
  private static final int MOST = 100_000;

  private static final EnumSet<State> STATES =
      EnumSet.of(
          State.QUEUED, State.INPROGRESS, State.SUCCESS, State.ERROR, State.SKIP, State.TIMEOUT);

  @Option(
      names = "--status",
      paramLabel = "STATUS",
      split = ",",
      description = "Only these: queued, inprogress, success, error, skip, timeout")
  private List<String> status = new ArrayList<>();

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "Only of the last 30m, 12h, 7d, or from a time on: 2026-01-31T08:00:00Z")
  private String since;

  @Option(names = "--name", paramLabel = "EVENT", description = "Only of this name")
  private String name;

  @Option(
      names = "--by",
      paramLabel = "USER",
      description = "Only those that this user@host sent, or this user from anywhere")
  private String by;

  @Option(
      names = "--param",
      paramLabel = "KEY=VALUE",
      description = "Only those that came with it; may be repeated")
  private List<String> params = new ArrayList<>();

  @Option(names = "--limit", paramLabel = "NUMBER", description = "At most so many (20)")
  private String limit = "20";

  @Option(names = "--cloudevents", description = "Those that have ended, a CloudEvent a line")
  private boolean cloudEvents;

  @Option(names = "--json", description = "As JSON: Events, Matching, Total, Newer")
  private boolean json;

  @Override
  public ExitCode run(Configuration configuration, Terminal terminal) {
    EventQuery query = query();
    try (Cluster cluster = new Cluster(configuration)) {
      EventPage page = cluster.viewer().events(query);
      if (cloudEvents) {
        page.events().stream()
            .filter(event -> event.status().isFinal())
            .forEach(event -> terminal.out().print(CloudEvent.line(Json.fields(event))));
      } else if (json) {
        terminal.out().println(Json.text(page));
      } else {
        print(page, new TextOutput(terminal));
      }
    }
    return ExitCode.DONE;
  }

  private EventQuery query() {
    Map<String, String> with = Pairs.of("--param", params);
    int most = limit();
    try {
      return new EventQuery(
          states(), from(), Optional.ofNullable(name), Optional.ofNullable(by), with, most);
    } catch (IllegalArgumentException e) {
      throw new CommandException(ExitCode.USAGE, "--param: " + e.getMessage(), e);
    }
  }

  private Set<State> states() {
    return status.stream().map(EventsCommand::state).collect(Collectors.toSet());
  }

  private static State state(String word) {
    return STATES.stream()
        .filter(state -> state.word().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new CommandException(
                    ExitCode.USAGE,
                    "--status must be one of "
                        + STATES.stream().map(State::word).collect(Collectors.joining(", "))
                        + ", found `"
                        + word
                        + "`"));
  }

  private Optional<Instant> from() {
    return Optional.ofNullable(since)
        .map(text -> Times.since("--since", text, Instant.now(), LONGEST));
  }

  private int limit() {
    if (!limit.matches("[0-9]{1,6}") || !isWithin(Integer.parseInt(limit))) {
      throw new CommandException(
          ExitCode.USAGE, "--limit must be between 1 and " + MOST + ", found `" + limit + "`");
    }
    return Integer.parseInt(limit);
  }

  private static boolean isWithin(int number) {
    return number >= 1 && number <= MOST;
  }

  private static void print(EventPage page, TextOutput output) {
    page.newer().forEach(left -> output.line(left.sentence()));
    Table table = output.table("ID", "EVENT", "STATUS", "SINCE", "TOOK", "BY", "WITH", "WHY");
    UnaryOperator<String> shortening = Cluster.shortening(page.events());
    page.events().forEach(event -> row(shortening.apply(event.id()), event, table, output));
    if (page.events().isEmpty()) {
      output.line(page.total() == 0 ? "no events" : "none of " + page.total() + " events");
      return;
    }
    output.print(table);
    int more = page.matching() - page.events().size();
    if (more > 0) {
      output.line("and " + more + " older ones; --limit shows more");
    }
  }

  private static void row(String id, EventSummary event, Table table, TextOutput output) {
    table.row(
        id,
        event.name(),
        event.status(),
        output.at(event.since()),
        output.took(event.startedAt(), event.finishedAt()),
        event.by().orElse(""),
        ForecastOutput.shortened(event.given(), QueueCommand.WITH),
        output.inList(why(event)));
  }

  private static String why(EventSummary event) {
    return Stream.of(event.why(), event.leftOut())
        .flatMap(Optional::stream)
        .collect(Collectors.joining("; "));
  }
}
