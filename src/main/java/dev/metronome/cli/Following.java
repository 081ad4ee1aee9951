package dev.metronome.cli;

import dev.metronome.cli.picture.EventPicture;
import dev.metronome.cli.picture.Views;
import dev.metronome.config.Amounts;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Status;
import dev.metronome.pipeline.membership.Roster;
import dev.metronome.state.EventFollower;
import dev.metronome.state.EventState;
import dev.metronome.state.Viewer;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** {@code fire --wait}: shows an accepted event until its end and says how it ended. */
final class Following {
  private final ConsulConnection connection;
  private final Keys keys;
  private final Event event;
  private final Terminal terminal;
  private final Standstill standstill;
  private Roster agents = new Roster(java.util.List.of());
  private Optional<String> said = Optional.empty();
  private boolean outOfReach;

  Following(ConsulConnection connection, Keys keys, Event event, Terminal terminal) {
    this.connection = connection;
    this.keys = keys;
    this.event = event;
    this.terminal = terminal;
    this.standstill = new Standstill(connection, keys, System::nanoTime);
  }

  /** How it stood when it ended, or when the time was over. */
  EventState toItsEnd(Duration most, boolean json) throws Exception {
    agents = Roster.read(connection, keys);
    if (agents.isEmpty()) {
      said = Doubts.about(event, agents);
      said.ifPresent(this::say);
    }
    boolean picture = terminal.isInteractive() && !json;
    EventPicture view =
        picture ? Views.live(terminal.out(), terminal.environment()) : Views.plain(terminal.err());
    try (EventFollower follower = new EventFollower(connection, keys, event.id())) {
      EventState state =
          Interruption.guard(
              () -> follower.untilEnd(most, now -> show(now, view, picture)),
              () -> farewell("interrupted"));
      outOfReach = follower.outage().isPresent();
      follower.outage().ifPresent(outage -> say(outage.getMessage()));
      new FailureReport(terminal.err(), follower.results(), keys).print(state);
      return state;
    }
  }

  /** As `show` has it: once it has ended, read with all that is known of it. */
  dev.metronome.state.EventView inFull(EventState state) {
    Viewer viewer = new Viewer(connection, keys, Clock.systemUTC());
    Optional<dev.metronome.state.EventView> ended =
        state.isFinal() ? viewer.event(event.id()) : Optional.empty();
    return ended
        .or(() -> dev.metronome.state.EventView.of(state))
        .orElseGet(() -> dev.metronome.state.EventView.of(event));
  }

  private void show(EventState state, EventPicture view, boolean picture) {
    Optional<String> cause = standstill.about(state);
    if (picture) {
      view.note(cause);
    } else if (!cause.equals(said)) {
      cause.ifPresent(this::say);
      said = cause.or(() -> said);
    }
    view.show(state);
  }

  /** The exit code, after a sentence where the code alone would puzzle. */
  ExitCode exitCode(EventState state, Duration most) {
    if (!state.isFinal()) {
      farewell("not ended after " + Amounts.show(most));
      return outOfReach ? ExitCode.CONSUL : ExitCode.TIMED_OUT;
    }
    state.result().flatMap(EventResult::leftOut).ifPresent(this::say);
    ExitCode exitCode = EventExit.of(state).exitCode();
    if (exitCode == ExitCode.NO_SUCH_EVENT) {
      Doubts.about(event, agents).ifPresent(this::say);
    } else if (state.status().filter(Status.SKIP::equals).isPresent()) {
      say("nothing was done: " + message(state));
    }
    return exitCode;
  }

  private static String message(EventState state) {
    return state
        .result()
        .flatMap(result -> result.message().or(() -> result.reason().map(Reason::word)))
        .orElse("the event was skipped");
  }

  private void farewell(String why) {
    say(
        why
            + "; the event "
            + event.id()
            + " goes on. To see how it stands: metronome watch "
            + event.id());
  }

  private void say(String sentence) {
    PrintStream err = terminal.err();
    err.println("metronome: " + sentence);
    err.flush();
  }
}
