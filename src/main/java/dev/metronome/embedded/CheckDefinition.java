package dev.metronome.embedded;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A check as a client registers it at an agent; the embedded Consul runs HTTP and TTL checks. */
record CheckDefinition(
    @JsonProperty("CheckID") @JsonAlias("ID") String id,
    String name,
    String status,
    String notes,
    @JsonProperty("ServiceID") String serviceId,
    @JsonProperty("HTTP") String http,
    String method,
    Map<String, List<String>> header,
    String body,
    @JsonProperty("TLSSkipVerify") boolean tlsSkipVerify,
    @JsonProperty("TTL") String ttl,
    String interval,
    String timeout,
    int successBeforePassing,
    int failuresBeforeCritical,
    JsonNode deregisterCriticalServiceAfter,
    JsonNode args,
    @JsonProperty("TCP") JsonNode tcp,
    @JsonProperty("GRPC") JsonNode grpc,
    @JsonProperty("GRPCUseTLS") JsonNode grpcUseTls) {

  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

  CheckDefinition {
    try {
      GoDuration.orZero(ttl);
      GoDuration.orZero(interval);
      GoDuration.orZero(timeout);
    } catch (IllegalArgumentException e) {
      throw RefusedRequest.malformed("Request decode failed: " + e.getMessage());
    }
    if (http != null && GoDuration.orZero(interval).isZero()) {
      throw RefusedRequest.malformed(
          "Invalid check: Interval must be > 0 for Script, HTTP, or TCP checks");
    }
    if (http == null && GoDuration.orZero(ttl).isZero()) {
      throw RefusedRequest.malformed(
          "Invalid check: the embedded Consul has HTTP and TTL checks only");
    }
  }

  boolean isHttp() {
    return http != null;
  }

  Duration every() {
    return GoDuration.parse(interval);
  }

  Duration timeoutOrDefault() {
    Duration given = GoDuration.orZero(timeout);
    return given.isZero() ? DEFAULT_TIMEOUT : given;
  }

  Duration timeToLive() {
    return GoDuration.parse(ttl);
  }

  /** The initial state: critical, unless the client says otherwise. */
  Check initial(String node, String defaultId, String defaultName) {
    return Check.of(
        node,
        id == null || id.isEmpty() ? defaultId : id,
        name == null || name.isEmpty() ? defaultName : name,
        status == null || status.isEmpty() ? Check.CRITICAL : status,
        isHttp() ? "http" : "ttl",
        Objects.requireNonNullElse(notes, ""));
  }
}
