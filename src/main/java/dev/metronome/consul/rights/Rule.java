package dev.metronome.consul.rights;

import dev.metronome.consul.Rights.Right;

/**
 * A rule that the policy of an agent's token needs, and a right by which it is found missing.
 *
 * @param text as it stands in a policy, to be copied
 * @param right what it grants
 * @param weight whether the agent can do without
 * @param without what does not work without it
 */
record Rule(String text, Right right, Weight weight, String without) {

  enum Weight {
    /** An agent without it would do harm, or nothing at all. */
    VITAL,
    /** An agent without it does less than it might. */
    USEFUL
  }

  boolean isVital() {
    return weight == Weight.VITAL;
  }
}
