package dev.metronome.pipeline.process;

import java.time.Duration;
import java.util.List;

/** How an execution ended. */
public sealed interface ProcessOutcome {

  /** Whether the command ran and exited with 0. */
  default boolean succeeded() {
    return this instanceof Exited exited && exited.code() == 0;
  }

  /** Process ids that outlived even SIGKILL. */
  default List<Long> survivors() {
    return List.of();
  }

  /**
   * The command's main process ended by itself. Background processes that it started live on.
   *
   * @param code 0 to 255; 128 + N if signal N, not sent by us, ended it; 127 or 126 if it vanished
   *     or lost its permission between our check and its start, or if its interpreter is missing
   */
  record Exited(int code) implements ProcessOutcome {}

  /**
   * Its time was up and its processes were ended.
   *
   * @param after the command's timeout
   * @param survivors process ids that outlived even SIGKILL; empty unless the system is in trouble
   */
  record TimedOut(Duration after, List<Long> survivors) implements ProcessOutcome {
    public TimedOut {
      survivors = List.copyOf(survivors);
    }
  }

  /**
   * {@link Execution#cancel} came first and its processes were ended.
   *
   * @param reason as given to {@code cancel}
   * @param survivors process ids that outlived even SIGKILL; empty unless the system is in trouble
   */
  record Cancelled(String reason, List<Long> survivors) implements ProcessOutcome {
    public Cancelled {
      survivors = List.copyOf(survivors);
    }
  }

  /**
   * Nothing of the command ran.
   *
   * @param code what a shell would have said: 127 if the program or the directory does not exist,
   *     126 if it exists but could not be run
   * @param reason a sentence that names what is missing or refused
   */
  record NotStarted(int code, String reason) implements ProcessOutcome {

    /** The shell's exit code for something that does not exist. */
    public static final int MISSING = 127;

    /** The shell's exit code for something that exists but cannot be run. */
    public static final int REFUSED = 126;
  }
}
