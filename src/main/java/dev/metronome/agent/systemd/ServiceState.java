package dev.metronome.agent.systemd;

import java.util.Optional;

/**
 * What the service is on this machine.
 *
 * @param presence whether there is a service at all
 * @param activity systemd's word: active, inactive, activating, deactivating, failed; empty without
 *     a service
 * @param detail systemd's finer word, such as running, dead, auto-restart
 * @param since when it came to be so, as systemd writes times; empty if it never ran
 * @param pid of the agent, while it runs
 * @param boot what systemd does with it when the machine starts
 * @param said what the agent last said of itself, or why nothing is known; may be empty
 */
public record ServiceState(
    Presence presence,
    String activity,
    String detail,
    String since,
    Optional<Long> pid,
    Boot boot,
    String said) {

  /** Whether there is a service. */
  public enum Presence {
    /** This machine is not run by systemd. */
    NO_SYSTEMD,
    /** systemd knows no unit of this name. */
    NOT_INSTALLED,
    /** systemd knows the unit. */
    INSTALLED,
    /** systemd did not say. */
    UNKNOWN
  }

  /** What happens when the machine starts. */
  public enum Boot {
    STARTED,
    NOT_STARTED
  }

  static ServiceState without(Presence presence) {
    return new ServiceState(presence, "", "", "", Optional.empty(), Boot.NOT_STARTED, "");
  }

  static ServiceState unknown(String why) {
    return new ServiceState(Presence.UNKNOWN, "", "", "", Optional.empty(), Boot.NOT_STARTED, why);
  }

  /** Whether the agent runs, or is about to. */
  public boolean isActive() {
    return activity.equals("active") || activity.equals("activating");
  }

  /** Whether systemd has seen it fail and has not started it again. */
  public boolean hasFailed() {
    return activity.equals("failed");
  }

  /** One line for people. */
  public String line() {
    return switch (presence) {
      case NO_SYSTEMD -> "no service: this machine is not run by systemd";
      case NOT_INSTALLED -> "not installed; see metronome install";
      case INSTALLED -> installed();
      case UNKNOWN -> "unknown; " + said;
    };
  }

  private String installed() {
    StringBuilder line = new StringBuilder(activity);
    if (!detail.isEmpty() && !detail.equals(activity)) {
      line.append(" (").append(detail).append(')');
    }
    if (!since.isEmpty()) {
      line.append(" since ").append(since);
    }
    pid.ifPresent(id -> line.append(", process ").append(id));
    line.append(boot == Boot.STARTED ? ", started at boot" : ", not started at boot");
    if (!said.isEmpty()) {
      line.append("; ").append(said);
    }
    return line.toString();
  }
}
