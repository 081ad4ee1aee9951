package dev.metronome.cli;

import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Reason;
import dev.metronome.state.EventSummary;
import dev.metronome.state.State;
import java.util.Optional;

/** How a command ended, for the shell. */
public enum ExitCode {
  DONE(0, "done"),
  FAILED(1, "an operation or a task failed"),
  USAGE(2, "wrong usage, or a file that is invalid"),
  NO_SUCH_EVENT(3, "no such event, or nothing set aside under this key"),
  LOST(4, "a node was lost or is unreachable"),
  CHANGED(5, "the cluster is not as the plan says, or is the original's: nothing was done"),
  CONSUL(6, "Consul is unreachable or refuses, or the queue is full"),
  TAKEN(7, "another process has the agent's node name or its port"),
  TIMED_OUT(124, "timed out"),
  INTERRUPTED(130, "interrupted");

  private final int code;
  private final String meaning;

  ExitCode(int code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  /** Of an event that has ended, or for which there is no more time. */
  static ExitCode of(EventSummary event) {
    return of(event.status(), event.reason());
  }

  /** Of an event that would end so. */
  static ExitCode of(Outcome outcome) {
    return of(State.of(outcome.status()), outcome.reason());
  }

  /** A task that took longer than its own timeout ends as an error, in the original's words. */
  private static ExitCode of(State state, Optional<Reason> reason) {
    return switch (state) {
      case SUCCESS -> DONE;
      case SKIP -> reason.filter(Reason.UNDEFINED::equals).isPresent() ? NO_SUCH_EVENT : DONE;
      case ERROR -> reason.map(ExitCode::ofError).orElse(FAILED);
      default -> TIMED_OUT;
    };
  }

  private static ExitCode ofError(Reason reason) {
    return switch (reason) {
      case LOST, UNREACHABLE -> LOST;
      case TIMEOUT -> TIMED_OUT;
      default -> FAILED;
    };
  }

  /** What the shell sees. */
  public int code() {
    return code;
  }

  /** For people. */
  public String meaning() {
    return meaning;
  }
}
