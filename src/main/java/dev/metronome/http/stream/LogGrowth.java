package dev.metronome.http.stream;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * A log that has grown.
 *
 * @param size in bytes, by now
 */
record LogGrowth(@JsonProperty("EventID") String eventId, int no, String node, int size) {}
