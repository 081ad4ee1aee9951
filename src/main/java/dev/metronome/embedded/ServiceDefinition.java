package dev.metronome.embedded;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A service as a client registers it at an agent. */
record ServiceDefinition(
    @JsonProperty("ID") String id,
    String name,
    List<String> tags,
    String address,
    Map<String, String> meta,
    int port,
    Map<String, Integer> weights,
    boolean enableTagOverride,
    CheckDefinition check,
    List<CheckDefinition> checks,
    JsonNode kind,
    JsonNode proxy,
    JsonNode connect,
    JsonNode taggedAddresses,
    JsonNode namespace) {

  ServiceDefinition {
    if (name == null || name.isEmpty()) {
      throw RefusedRequest.malformed("Missing service name");
    }
  }

  Service service() {
    return new Service(
        id == null || id.isEmpty() ? name : id,
        name,
        Objects.requireNonNullElse(tags, List.of()),
        Objects.requireNonNullElse(address, ""),
        meta == null ? Map.of() : meta,
        port,
        weights == null ? Service.WEIGHTS : weights,
        enableTagOverride,
        0,
        0);
  }

  List<CheckDefinition> allChecks() {
    List<CheckDefinition> all = new ArrayList<>();
    if (checks != null) {
      all.addAll(checks);
    }
    if (check != null) {
      all.add(check);
    }
    return all;
  }
}
