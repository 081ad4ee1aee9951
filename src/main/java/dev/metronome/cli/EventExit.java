package dev.metronome.cli;

import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Status;
import dev.metronome.state.EventState;
import java.util.Optional;
import java.util.Set;

/** How an event's end is told to the shell. */
record EventExit(ExitCode exitCode) {
  private static final Set<Reason> LOSSES = Set.of(Reason.LOST, Reason.UNREACHABLE);

  /** Of an event that has ended, or for which there is no more time. */
  static EventExit of(EventState state) {
    return new EventExit(state.result().map(EventExit::exitCode).orElse(ExitCode.TIMED_OUT));
  }

  /** Of an event that would end so. */
  static EventExit of(Outcome outcome) {
    return new EventExit(exitCode(outcome.status(), outcome.reason()));
  }

  private static ExitCode exitCode(EventResult event) {
    return exitCode(event.status(), event.reason());
  }

  private static ExitCode exitCode(Status status, Optional<Reason> reason) {
    return switch (status) {
      case SUCCESS -> ExitCode.DONE;
      case SKIP -> has(reason, Set.of(Reason.UNDEFINED)) ? ExitCode.NO_SUCH_EVENT : ExitCode.DONE;
      case ERROR -> failure(reason);
      case TIMEOUT, INPROGRESS -> ExitCode.TIMED_OUT;
    };
  }

  /** A task that took longer than its own timeout ends as an error, in the original's words. */
  private static ExitCode failure(Optional<Reason> reason) {
    if (has(reason, LOSSES)) {
      return ExitCode.LOST;
    }
    return has(reason, Set.of(Reason.TIMEOUT)) ? ExitCode.TIMED_OUT : ExitCode.FAILED;
  }

  private static boolean has(Optional<Reason> reason, Set<Reason> reasons) {
    return reason.filter(reasons::contains).isPresent();
  }
}
