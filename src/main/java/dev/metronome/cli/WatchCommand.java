package dev.metronome.cli;

import dev.metronome.base.log.PrintableText;
import dev.metronome.cli.picture.EventPicture;
import dev.metronome.cli.picture.FullScreen;
import dev.metronome.cli.picture.Seconds;
import dev.metronome.config.Amounts;
import dev.metronome.config.Configuration;
import dev.metronome.consul.ConsulUnavailableException;
import dev.metronome.model.record.Json;
import dev.metronome.state.ClusterView;
import dev.metronome.state.EventFollower;
import dev.metronome.state.EventSummary;
import dev.metronome.state.EventView;
import dev.metronome.state.Viewer;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
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

  /** On the screen, until it is left. */
  private final AtomicReference<EventSummary> shown = new AtomicReference<>();

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

  private ExitCode onScreen(Cluster cluster, EventView event, Duration most, Terminal terminal)
      throws Exception {
    FullScreen screen = new FullScreen(terminal.out(), terminal.environment());
    try {
      return Interruption.guard(
          () -> {
            if (event == null) {
              return forEver(cluster, screen);
            }
            Surroundings around = around(cluster);
            Watched watched = follow(cluster, event, most, talking(cluster, screen, around));
            shown.set(null);
            screen.close(); // before anything else is printed
            EventPicture.live(terminal.out(), terminal.environment()).show(watched.event());
            return end(cluster, watched, most, terminal);
          },
          () -> leave(screen, terminal));
    } finally {
      leave(screen, terminal);
    }
  }

  /** What was on the screen last stays as one line. */
  private void leave(FullScreen screen, Terminal terminal) {
    screen.close();
    Optional.ofNullable(shown.getAndSet(null))
        .ifPresent(event -> terminal.out().println(PrintableText.of(lastLine(event))));
  }

  private static String lastLine(EventSummary event) {
    String id = Cluster.shortened(event.id());
    String more =
        event.status().isFailure()
            ? "; metronome show " + id
            : event.status().isFinal() ? "" : "; it goes on: metronome watch " + id;
    return "event "
        + event.name()
        + " "
        + id
        + ": "
        + event.status().word()
        + Seconds.between(event.startedAt(), event.finishedAt())
        + more;
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
    return explained(cluster, lines, Optional.of(terminal));
  }

  private ExitCode forEver(Cluster cluster, FullScreen screen) throws Exception {
    Surroundings around = around(cluster);
    try (NextEvents events = new NextEvents(cluster)) {
      EventView last = null;
      long shownNanos = System.nanoTime() - PAUSE.toNanos();
      while (true) {
        Optional<EventView> next = events.next(PAUSE);
        if (next.isPresent()) {
          if (last != null) {
            around.ended(last);
          }
          last = follow(cluster, next.get(), LONGEST, talking(cluster, screen, around)).event();
          screen.note(next(cluster, last));
        } else if (last != null) {
          screen.beside(around.rows(Optional.of(last)));
          screen.show(last); // stays until the next one begins
        } else if (System.nanoTime() - shownNanos > 4 * PAUSE.toNanos()) {
          screen.beside(around.rows(Optional.empty()));
          screen.say(idle(cluster));
          shownNanos = System.nanoTime();
        }
      }
    }
  }

  private static Optional<String> next(Cluster cluster, EventView ended) {
    try {
      return Optional.of(ended)
          .filter(event -> event.status().isFailure())
          .map(
              event ->
                  "to see more: metronome show "
                      + Cluster.shortened(event.id())
                      + FailureReport.next(cluster, event).map(next -> "; " + next).orElse(""));
    } catch (ConsulUnavailableException e) {
      return Optional.empty();
    }
  }

  private static Surroundings around(Cluster cluster) {
    return new Surroundings(cluster.viewer(), Clock.systemUTC());
  }

  /** With what those that run say meanwhile, and what is beside it. */
  private EventPicture talking(Cluster cluster, FullScreen screen, Surroundings around) {
    LiveTails tails = new LiveTails(cluster.viewer());
    EventPicture explained = explained(cluster, screen, Optional.empty());
    return event -> {
      shown.set(event.event());
      screen.hear(tails.of(event));
      screen.usually(around.usual(event.event()));
      screen.beside(around.rows(Optional.of(event)));
      explained.show(event);
    };
  }

  private static EventPicture explained(
      Cluster cluster, EventPicture view, Optional<Terminal> lines) {
    return new ExplainedPicture(cluster, view, lines, Optional.empty());
  }

  private static List<String> idle(Cluster cluster) {
    try {
      ClusterView now = cluster.viewer().cluster();
      List<String> lines = new ArrayList<>();
      lines.add("leader  " + now.leader().map(ClusterView.Leader::node).orElse("none"));
      lines.add("agents  " + now.agents().size());
      lines.add("queue   " + now.queue().waiting());
      now.held().forEach(held -> lines.add(held.sentence()));
      lines.add("");
      lines.add("no event runs; the next one is shown here (Ctrl-C ends)");
      return lines;
    } catch (ConsulUnavailableException e) {
      return List.of(e.getMessage(), "", "it is tried again (Ctrl-C ends)");
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
