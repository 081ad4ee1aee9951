package dev.metronome.model.record;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Why something ended as it did, where its status alone does not tell. */
public enum Reason {
  /** An operation failed. */
  FAILED,
  /** The node's agent vanished while the task ran. */
  LOST,
  /** The agent was restarted while the task ran; what the operation did is not known. */
  INTERRUPTED,
  /** The node is failed in Consul, or no agent took the task within the start timeout. */
  UNREACHABLE,
  /** It took longer than it may. */
  TIMEOUT,
  /** No node matches the task's filter. */
  NO_TARGET,
  /** No agent's task files define the event. */
  UNDEFINED,
  /** The task files of two agents differ. */
  MISMATCH,
  /** Somebody wanted it to end. */
  CANCELLED,
  /** Somebody who was asked has not approved of it. */
  DENIED,
  /** The nodes of a batch, or those beside it, were not well in time. */
  UNHEALTHY,
  /** A record could not be read and was set aside. */
  UNREADABLE;

  @JsonValue
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  @JsonCreator
  static Reason of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
