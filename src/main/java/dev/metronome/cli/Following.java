package dev.metronome.cli;

import dev.metronome.cli.picture.EventPicture;
import dev.metronome.config.Amounts;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Json;
import dev.metronome.pipeline.membership.Roster;
import dev.metronome.state.EventFollower;
import dev.metronome.state.EventView;
import dev.metronome.state.State;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code fire --wait}: shows an accepted event until its end and says how it ended. */
final class Following {
  private final Cluster cluster;
  private final Event event;
  private final Terminal terminal;
  private Roster agents = new Roster(List.of());
  private Optional<String> said = Optional.empty();
  private boolean outOfReach;
  private boolean gone;

  Following(Cluster cluster, Event event, Terminal terminal) {
    this.cluster = cluster;
    this.event = event;
    this.terminal = terminal;
  }

  /**
   * Until it has ended, or the time is over.
   *
   * @param json whether it is printed then as `show` has it, read with all that is known of it
   */
  ExitCode toItsEnd(Duration most, boolean json) throws Exception {
    EventView last = follow(most, terminal.isInteractive() && !json);
    if (json) {
      EventView full = last.hasEnded() ? cluster.viewer().event(last.id()).orElse(last) : last;
      terminal.out().println(Json.text(full));
    }
    return exitCode(last, most);
  }

  private EventView follow(Duration most, boolean picture) throws Exception {
    agents = Roster.read(cluster.connection(), cluster.keys());
    if (agents.isEmpty()) {
      said = EventWarnings.about(event, agents);
      said.ifPresent(terminal::say);
    }
    EventPicture view =
        picture
            ? explained(EventPicture.live(terminal.out(), terminal.environment()), Optional.empty())
            : explained(EventPicture.plain(terminal.err()), Optional.of(terminal));
    try (EventFollower follower = cluster.follow(EventView.of(event))) {
      EventView last =
          Interruption.guard(
              () -> follower.untilEnd(most, view::show), () -> farewell("interrupted"));
      outOfReach = follower.outage().isPresent();
      gone = follower.isGone();
      follower.outage().ifPresent(outage -> terminal.say(outage.getMessage()));
      FailureReport report = new FailureReport(terminal, cluster);
      if (picture) {
        report.print(last);
      } else {
        report.nodes(last); // the lines have said the rest
      }
      return last;
    }
  }

  private EventPicture explained(EventPicture view, Optional<Terminal> lines) {
    return new ExplainedPicture(cluster, view, lines, said);
  }

  /** The exit code, after a sentence where the code alone would puzzle. */
  private ExitCode exitCode(EventView last, Duration most) {
    if (gone) {
      terminal.say(Cluster.gone(last));
      return ExitCode.NO_SUCH_EVENT;
    }
    if (!last.hasEnded()) {
      farewell("not ended after " + Amounts.show(most));
      return outOfReach ? ExitCode.CONSUL : ExitCode.TIMED_OUT;
    }
    last.event().leftOut().ifPresent(terminal::say);
    ExitCode exitCode = ExitCode.of(last.event());
    if (exitCode == ExitCode.NO_SUCH_EVENT) {
      EventWarnings.about(event, agents).ifPresent(terminal::say);
    } else if (last.status() == State.SKIP) {
      terminal.say("nothing was done: " + last.event().why().orElse("the event was skipped"));
    }
    return exitCode;
  }

  private void farewell(String why) {
    terminal.say(
        why
            + "; the event "
            + event.id()
            + " goes on. To see how it stands: metronome watch "
            + event.id());
  }
}
