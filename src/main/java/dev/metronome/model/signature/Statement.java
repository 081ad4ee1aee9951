package dev.metronome.model.signature;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What a signature vouches for: an event and whom it concerns.
 *
 * @param name the event's
 * @param node Consul's filter by node, a regular expression; likewise the other two
 * @param params a user event has none
 */
public record Statement(
    String name,
    Optional<String> node,
    Optional<String> service,
    Optional<String> tag,
    Map<String, String> params) {

  public Statement {
    Objects.requireNonNull(name, "name");
    params = Map.copyOf(params);
  }

  /** An event for every node. */
  public static Statement of(String name, Map<String, String> params) {
    return new Statement(name, Optional.empty(), Optional.empty(), Optional.empty(), params);
  }
}
