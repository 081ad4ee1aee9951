package dev.metronome.model.schedule;

import java.util.List;
import java.util.Objects;

/**
 * Another lane, some events of which are for the same nodes and may run side by side with one's
 * own.
 *
 * @param services those that are shared, in their order; none if each shared task is for every node
 * @param events those of the other lane
 */
public record LaneNeighbour(String lane, List<String> services, List<String> events) {

  public LaneNeighbour {
    Objects.requireNonNull(lane, "lane");
    services = List.copyOf(services);
    events = List.copyOf(events);
  }

  /** {@code service app}, {@code services app, db}, {@code every node}. */
  public String shared() {
    return services.isEmpty()
        ? "every node"
        : (services.size() == 1 ? "service " : "services ") + String.join(", ", services);
  }
}
