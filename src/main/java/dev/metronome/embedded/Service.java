package dev.metronome.embedded;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;

/** An instance of a service on a node, as the catalog renders it. */
record Service(
    @JsonProperty("ID") String id,
    @JsonProperty("Service") String name,
    List<String> tags,
    String address,
    Map<String, String> meta,
    int port,
    Map<String, Integer> weights,
    boolean enableTagOverride,
    long createIndex,
    long modifyIndex) {

  static final Map<String, Integer> WEIGHTS = Map.of("Passing", 1, "Warning", 1);

  Service withIndexes(long created, long modified) {
    return new Service(
        id, name, tags, address, meta, port, weights, enableTagOverride, created, modified);
  }

  boolean hasTags(List<String> wanted) {
    // Consul compares tags without regard to case.
    return wanted.stream().allMatch(tag -> tags.stream().anyMatch(tag::equalsIgnoreCase));
  }
}
