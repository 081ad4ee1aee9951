package dev.metronome.cli;

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

  /** What the shell sees. */
  public int code() {
    return code;
  }

  /** For people. */
  public String meaning() {
    return meaning;
  }
}
