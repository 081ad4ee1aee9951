package dev.metronome.embedded;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.stream.Stream;

/**
 * A session, as Consul renders it.
 *
 * @param lockDelay nanoseconds
 * @param behavior {@code release} or {@code delete}
 * @param ttl as it was given, empty for none
 * @param nodeChecks checks of the node that it depends on, {@code serfHealth} unless told otherwise
 * @param serviceChecks further checks, in the notation of Consul 1.7 and newer
 * @param checks further checks, in the older notation that most clients use
 */
record Session(
    @JsonProperty("ID") String id,
    String name,
    String node,
    long lockDelay,
    String behavior,
    @JsonProperty("TTL") String ttl,
    List<String> nodeChecks,
    List<ServiceCheck> serviceChecks,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> checks,
    long createIndex,
    long modifyIndex) {

  /** A check of a service. */
  record ServiceCheck(@JsonProperty("ID") String id, String namespace) {}

  /** Every check that this session depends on. */
  List<String> allChecks() {
    Stream<String> ofServices =
        serviceChecks == null ? Stream.empty() : serviceChecks.stream().map(ServiceCheck::id);
    Stream<String> plain = checks == null ? Stream.empty() : checks.stream();
    return Stream.of(plain, nodeChecks.stream(), ofServices).flatMap(s -> s).toList();
  }

  Session created(long index) {
    return new Session(
        id, name, node, lockDelay, behavior, ttl, nodeChecks, serviceChecks, checks, index, index);
  }
}
