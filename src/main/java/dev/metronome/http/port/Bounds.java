package dev.metronome.http.port;

import java.time.Duration;

/**
 * How much of the agent those who reach its port can take.
 *
 * @param connections open at once
 * @param head time for a request's line and headers, and for a TLS handshake before them
 * @param idle time between two requests on a connection
 * @param body time for a request's body
 * @param taking time for taking in the end of an answer
 * @param largest bytes of one body
 * @param bodies bytes of all bodies that have not been answered yet
 * @param answers bytes of all answers that have not been taken in yet
 */
public record Bounds(
    int connections,
    Duration head,
    Duration idle,
    Duration body,
    Duration taking,
    long largest,
    long bodies,
    long answers) {

  /** Those of an agent with a heap of 40 MB. */
  public static Bounds usual() {
    return new Bounds(
        512,
        Duration.ofSeconds(10),
        Duration.ofMinutes(1),
        Duration.ofSeconds(30),
        Duration.ofMinutes(1),
        1 << 20,
        4 << 20,
        8 << 20);
  }
}
