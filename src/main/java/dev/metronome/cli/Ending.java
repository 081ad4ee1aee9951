package dev.metronome.cli;

import dev.metronome.record.EventResult;
import dev.metronome.record.Reason;
import dev.metronome.result.EventState;
import java.util.Set;

/** How an event's end is told to the shell. */
record Ending(ExitCode exitCode) {
  private static final Set<Reason> LOSSES = Set.of(Reason.LOST, Reason.UNREACHABLE);

  /** Of an event that has ended, or for which there is no more time. */
  static Ending of(EventState state) {
    return new Ending(state.result().map(Ending::exitCode).orElse(ExitCode.TIMED_OUT));
  }

  private static ExitCode exitCode(EventResult event) {
    return switch (event.status()) {
      case SUCCESS -> ExitCode.DONE;
      case SKIP -> has(event, Set.of(Reason.UNDEFINED)) ? ExitCode.NO_SUCH_EVENT : ExitCode.DONE;
      case ERROR -> has(event, LOSSES) ? ExitCode.LOST : ExitCode.FAILED;
      case TIMEOUT, INPROGRESS -> ExitCode.TIMED_OUT;
    };
  }

  private static boolean has(EventResult event, Set<Reason> reasons) {
    return event.reason().filter(reasons::contains).isPresent();
  }
}
