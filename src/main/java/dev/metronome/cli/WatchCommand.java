package dev.metronome.cli;

import dev.metronome.base.log.PrintableText;
import dev.metronome.cli.picture.EventPicture;
import dev.metronome.config.Amounts;
import dev.metronome.config.Configuration;
import dev.metronome.consul.ConsulUnavailableException;
import dev.metronome.model.record.Json;
import dev.metronome.state.EventFollower;
import dev.metronome.state.EventSummary;
import dev.metronome.state.EventView;
import dev.metronome.state.Viewer;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows an event as it goes on, or one event after another. */
@picocli.CommandLine.Command(
    name = "watch",
    description = "Watch an event to its end; without an ID all events from now on",
    footer = {
      "metronome watch",
      "metronome watch 3f2a91bc",
      "metronome watch 3f2a91bc --timeout 10m",
      "metronome watch --json",
    })
final class WatchCommand implements Command {
  private static final Duration LONGEST = Duration.ofDays(7);
  private static final Duration PAUSE = Duration.ofMillis(500);

  @Parameters(
      arity = "0..1",
      paramLabel = "ID",
      description = "The event's ID or its beginning; default: one event after another")
  private String id;

  @Option(names = "--timeout", paramLabel = "TIME", description = "With an ID, how long (7d)")
  private String timeout;

  @Option(names = "--json", description = "As JSON: a line for each change of an event")
  private boolean json;

  @Override
  public ExitCode run(Configuration configuration, Terminal terminal) throws Exception {
    Duration most = Times.read("--timeout", timeout == null ? "7d" : timeout, LONGEST);
    if (timeout != null && id == null) {
      throw new CommandException(ExitCode.USAGE, "--timeout is for one event: give its ID too");
    }
    try (Cluster cluster = new Cluster(configuration)) {
      boolean picture = terminal.isInteractive() && !json;
      EventView event = id == null ? null : cluster.event(id);
      return picture
          ? onScreen(cluster, event, most, terminal)
          : asLines(cluster, event, most, terminal);
    }
  }

  private static ExitCode onScreen(
      Cluster cluster, EventView event, Duration most, Terminal terminal) throws Exception {
    WatchScreen screen = new WatchScreen(cluster, terminal);
    try {
      return Interruption.guard(
          () -> {
            if (event == null) {
              return forEver(cluster, screen);
            }
            Watched watched = follow(cluster, event, most, screen);
            screen.clear(); // before anything else is printed
            EventPicture.live(terminal.out(), terminal.environment()).show(watched.event());
            return end(cluster, watched, most, terminal);
          },
          screen::close);
    } finally {
      screen.close();
    }
  }

  private ExitCode asLines(Cluster cluster, EventView event, Duration most, Terminal terminal)
      throws Exception {
    if (event != null) {
      return end(cluster, follow(cluster, event, most, view(cluster, terminal)), most, terminal);
    }
    try (NextEvents events = new NextEvents(cluster)) {
      while (true) {
        Optional<EventView> next = events.next(PAUSE);
        if (next.isPresent()) {
          heading(next.get().event(), terminal.out());
          follow(cluster, next.get(), LONGEST, view(cluster, terminal));
        }
      }
    }
  }

  private void heading(EventSummary event, PrintStream out) {
    if (!json) {
      String given = event.given().isEmpty() ? "" : " with " + event.given();
      String by = event.by().map(who -> ", by " + who).orElse("");
      out.println("== event " + PrintableText.of(event.id() + given + by));
    }
  }

  private EventPicture view(Cluster cluster, Terminal terminal) {
    EventPicture lines =
        json ? new JsonLines(terminal.out(), cluster.viewer()) : EventPicture.plain(terminal.out());
    return new ExplainedPicture(cluster, lines, Optional.of(terminal), Optional.empty());
  }

  private static ExitCode forEver(Cluster cluster, WatchScreen screen) throws Exception {
    try (NextEvents events = new NextEvents(cluster)) {
      while (true) {
        Optional<EventView> next = events.next(PAUSE);
        if (next.isPresent()) {
          screen.ended(follow(cluster, next.get(), LONGEST, screen).event());
        } else {
          screen.stay();
        }
      }
    }
  }

  private static Watched follow(Cluster cluster, EventView event, Duration most, EventPicture view)
      throws InterruptedException {
    try (EventFollower follower = cluster.follow(event)) {
      return new Watched(follower.untilEnd(most, view::show), follower.outage(), follower.isGone());
    }
  }

  private static ExitCode end(Cluster cluster, Watched watched, Duration most, Terminal terminal) {
    EventView event = watched.event();
    watched.outage().ifPresent(why -> terminal.say(why.getMessage()));
    new FailureReport(terminal, cluster).print(event);
    if (watched.gone()) {
      terminal.say(Cluster.gone(event));
      return ExitCode.NO_SUCH_EVENT;
    }
    if (!event.hasEnded()) {
      terminal.say("not ended after " + Amounts.show(most));
      return watched.outage().isPresent() ? ExitCode.CONSUL : ExitCode.TIMED_OUT;
    }
    return ExitCode.of(event.event());
  }

  /** How an event stands, as far as Consul could be asked. */
  private record Watched(
      EventView event, Optional<ConsulUnavailableException> outage, boolean gone) {}

  /** One object a line, when it differs from the one before. */
  private static final class JsonLines implements EventPicture {
    private final PrintStream out;
    private final Viewer viewer;
    private String last = "";

    JsonLines(PrintStream out, Viewer viewer) {
      this.out = out;
      this.viewer = viewer;
    }

    @Override
    public void show(EventView event) {
      EventView full = event.hasEnded() ? viewer.event(event.id()).orElse(event) : event;
      String now = Json.text(full);
      if (!now.equals(last)) {
        out.println(now);
        out.flush();
        last = now;
      }
    }
  }
}
