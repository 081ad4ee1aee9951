package dev.metronome.embedded;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;

/** A node of the catalog, as Consul renders it. */
record Node(
    @JsonProperty("ID") String id,
    @JsonProperty("Node") String name,
    String address,
    String datacenter,
    Map<String, String> taggedAddresses,
    Map<String, String> meta,
    long createIndex,
    long modifyIndex) {

  static final String DATACENTER = "dc1";

  /** The node of an agent on this machine. */
  static Node local(String id, String name) {
    String here = "127.0.0.1";
    return new Node(id, name, here, DATACENTER, Map.of("lan", here, "wan", here), Map.of(), 0, 0);
  }

  Node withIndexes(long created, long modified) {
    return new Node(id, name, address, datacenter, taggedAddresses, meta, created, modified);
  }
}
