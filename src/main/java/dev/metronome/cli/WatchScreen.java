package dev.metronome.cli;

import dev.metronome.base.log.PrintableText;
import dev.metronome.cli.picture.EventPicture;
import dev.metronome.cli.picture.FullScreen;
import dev.metronome.cli.picture.Seconds;
import dev.metronome.consul.ConsulUnavailableException;
import dev.metronome.state.ClusterView;
import dev.metronome.state.EventSummary;
import dev.metronome.state.EventView;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The terminal of somebody who watches: one event after another, with what its operations say, what
 * is beside it and how long it usually takes. When it is left, what was shown last stays as one
 * line. One thread shows, any may close.
 */
final class WatchScreen implements EventPicture, AutoCloseable {
  private static final Duration IDLE = Duration.ofSeconds(2);

  private final Cluster cluster;
  private final Terminal terminal;
  private final FullScreen screen;
  private final Surroundings around;
  private final LiveTails tails;
  private final AtomicReference<EventSummary> shown = new AtomicReference<>();
  private EventPicture explained;
  private Optional<EventView> last = Optional.empty();
  private long idleNanos = System.nanoTime() - IDLE.toNanos();

  /** Takes the terminal now. */
  WatchScreen(Cluster cluster, Terminal terminal) {
    this.cluster = cluster;
    this.terminal = terminal;
    this.screen = new FullScreen(terminal.out(), terminal.environment());
    this.around = new Surroundings(cluster.viewer(), Clock.systemUTC());
    this.tails = new LiveTails(cluster.viewer());
    this.explained = explained();
  }

  private EventPicture explained() {
    return new ExplainedPicture(cluster, screen, Optional.empty(), Optional.empty());
  }

  @Override
  public void show(EventView event) {
    last.filter(before -> !before.id().equals(event.id())).ifPresent(this::passed);
    shown.set(event.event());
    screen.hear(tails.of(event));
    screen.usually(around.usual(event.event()));
    screen.beside(around.rows(Optional.of(event)));
    explained.show(event);
  }

  private void passed(EventView before) {
    around.ended(before);
    explained = explained();
    last = Optional.empty();
  }

  /** It is not followed any more, and stays until another is shown. */
  void ended(EventView event) {
    last = Optional.of(event);
    screen.note(next(event));
  }

  /** Nothing is followed now: shows what was, or that nothing runs. */
  void stay() {
    if (last.isPresent()) {
      screen.beside(around.rows(last));
      screen.show(last.get());
    } else if (System.nanoTime() - idleNanos > IDLE.toNanos()) {
      idleNanos = System.nanoTime();
      screen.beside(around.rows(Optional.empty()));
      screen.say(idle());
    }
  }

  private Optional<String> next(EventView ended) {
    if (!ended.status().isFailure()) {
      return Optional.empty();
    }
    String show = "to see more: metronome show " + Cluster.shortened(ended.id());
    try {
      return Optional.of(
          show + FailureReport.next(cluster, ended).map(next -> "; " + next).orElse(""));
    } catch (ConsulUnavailableException e) {
      return Optional.of(show);
    }
  }

  private List<String> idle() {
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

  /** Leaves the terminal, and no line: somebody says more. */
  void clear() {
    shown.set(null);
    screen.close();
  }

  @Override
  public void close() {
    screen.close();
    Optional.ofNullable(shown.getAndSet(null))
        .ifPresent(event -> terminal.out().println(PrintableText.of(line(event))));
  }

  private static String line(EventSummary event) {
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
}
