package dev.metronome.bench;

/**
 * The least that a figure can be on this machine in these minutes: sums of raw costs, their medians
 * in milliseconds.
 *
 * @param write one Raft write
 * @param wakeUp a Raft write, and the return of a blocking query on another node
 * @param process a process that does nothing
 * @param stamp a script, to its stamp
 * @param jvm a JVM that does nothing
 */
record Floor(double write, double wakeUp, double process, double stamp, double jvm) {

  /** The finish wakes the leader, the next step wakes a node; its claim, its operation. */
  double handOver() {
    return 2 * wakeUp + write + stamp;
  }

  /** The leader is awake when the acceptance is answered; then as a hand-over. */
  double firstOperation() {
    return wakeUp + write + stamp;
  }

  /** What {@code push} needs for one event. */
  double push() {
    return process + write;
  }

  /** A process that accepts an event, which wakes the leader. */
  double pushToFirstOperation() {
    return process + wakeUp + firstOperation();
  }

  /** So many ordered tasks, from sending the event to its result. */
  double event(int tasks) {
    return wakeUp + firstOperation() + (tasks - 1) * handOver() + wakeUp + write;
  }

  /** Events of one task in a second, one after another, the next begun as the last one ends. */
  double eventsPerSecond() {
    return 1_000 / (2 * wakeUp + write + process);
  }
}
