package dev.metronome.state;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.metronome.consul.NodeServices;
import dev.metronome.model.record.Part;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A node as it is looked at alone.
 *
 * @param meta what Consul has of the node, by key
 * @param services what is registered there
 * @param runs tasks of the newest events there, the newest first
 */
public record NodeDetails(
    NodeView node, Map<String, String> meta, List<NodeServices.Service> services, List<Ran> runs) {
  public NodeDetails {
    services = List.copyOf(services);
    runs = List.copyOf(runs);
  }

  /**
   * A task that the node has run, or was left out of.
   *
   * @param part absent for one of the event's ordered tasks
   */
  public record Ran(
      @JsonProperty("EventID") String eventId,
      String event,
      int no,
      String task,
      Optional<Part> part,
      NodeRun run) {}
}
