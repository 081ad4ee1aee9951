package dev.metronome.embedded;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * A user event, as Consul renders it.
 *
 * @param payload base64, null if empty
 */
record FiredEvent(
    @JsonProperty("ID") String id,
    String name,
    String payload,
    String nodeFilter,
    String serviceFilter,
    String tagFilter,
    int version,
    @JsonProperty("LTime") long ltime) {

  FiredEvent at(long time) {
    return new FiredEvent(id, name, payload, nodeFilter, serviceFilter, tagFilter, version, time);
  }

  /** The index that a client sees once this is the last event: the two halves of its ID, XORed. */
  long hash() {
    String digits = id.replace("-", "");
    return Long.parseUnsignedLong(digits.substring(0, 16), 16)
        ^ Long.parseUnsignedLong(digits.substring(16), 16);
  }
}
