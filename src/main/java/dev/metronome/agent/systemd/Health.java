package dev.metronome.agent.systemd;

/** Whether the agent is of use. Asked by a thread of its own; may take some seconds. */
@FunctionalInterface
public interface Health {
  /** True if it works, or waits for something that is not its fault, such as Consul. */
  boolean isGood() throws InterruptedException;
}
