package dev.metronome.model.record;

import java.util.regex.Pattern;

/**
 * Why a service is in Consul's maintenance while a task is at work on its node: the text names
 * node, event and task. It alone tells that Metronome, by the prefix of its keys, has set it.
 */
public final class DrainReason {
  private DrainReason() {}

  /** Of all that the agent of a node sets. */
  public static String beginning(String prefix, String node) {
    return prefix + " on " + node + ": event ";
  }

  /** Whether an agent of the cluster with this prefix has set a maintenance with that reason. */
  public static boolean isOurs(String prefix, String reason) {
    return Pattern.compile(
            Pattern.quote(prefix) + " on \\S+: event \\S+ \\(.*\\), task \\d{1,6} .*")
        .matcher(reason)
        .matches();
  }
}
