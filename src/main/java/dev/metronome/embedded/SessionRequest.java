package dev.metronome.embedded;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** The body of session/create; every field may be missing. */
record SessionRequest(
    String name,
    String node,
    JsonNode lockDelay,
    String behavior,
    @JsonProperty("TTL") String ttl,
    List<String> nodeChecks,
    List<Session.ServiceCheck> serviceChecks,
    List<String> checks) {

  static final SessionRequest EMPTY =
      new SessionRequest(null, null, null, null, null, null, null, null);

  private static final Duration DEFAULT_LOCK_DELAY = Duration.ofSeconds(15);
  private static final Duration SHORTEST_TTL = Duration.ofSeconds(10);
  private static final Duration LONGEST_TTL = Duration.ofHours(24);

  /**
   * The session to create.
   *
   * @throws RefusedRequest if a field does not hold what it should
   */
  Session session(String id, String defaultNode) {
    String wantedBehavior = Objects.requireNonNullElse(behavior, "");
    if (!List.of("", "release", "delete").contains(wantedBehavior)) {
      throw RefusedRequest.byServer("Invalid Behavior setting '" + behavior + "'");
    }
    checkTtl();
    return new Session(
        id,
        Objects.requireNonNullElse(name, ""),
        node == null || node.isEmpty() ? defaultNode : node,
        lockDelayNanos(),
        wantedBehavior.isEmpty() ? "release" : wantedBehavior,
        Objects.requireNonNullElse(ttl, ""),
        effectiveNodeChecks(),
        serviceChecks,
        checks,
        0,
        0);
  }

  /** An empty list, unlike none, means that not even serfHealth counts. */
  private List<String> effectiveNodeChecks() {
    if (nodeChecks != null) {
      return nodeChecks;
    }
    return checks != null && checks.isEmpty() ? List.of() : List.of("serfHealth");
  }

  private long lockDelayNanos() {
    if (lockDelay == null || lockDelay.isNull()) {
      return DEFAULT_LOCK_DELAY.toNanos();
    }
    if (lockDelay.isNumber()) {
      // Small numbers are seconds, as with the real one.
      long number = lockDelay.longValue();
      return number < 1000 ? Duration.ofSeconds(number).toNanos() : number;
    }
    try {
      return GoDuration.parse(lockDelay.asText()).toNanos();
    } catch (IllegalArgumentException e) {
      throw RefusedRequest.malformed("Request decode failed: " + e.getMessage());
    }
  }

  private void checkTtl() {
    Duration time;
    try {
      time = GoDuration.orZero(ttl);
    } catch (IllegalArgumentException e) {
      throw RefusedRequest.byServer("Session TTL '" + ttl + "' invalid: " + e.getMessage());
    }
    boolean within = time.compareTo(SHORTEST_TTL) >= 0 && time.compareTo(LONGEST_TTL) <= 0;
    if (!time.isZero() && !within) {
      throw RefusedRequest.byServer(
          "Invalid Session TTL '" + time.toNanos() + "', must be between [10s=24h0m0s]");
    }
  }
}
