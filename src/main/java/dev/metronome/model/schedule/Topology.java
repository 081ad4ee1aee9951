package dev.metronome.model.schedule;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A cluster as somebody imagines it, to rehearse events on. All maps keep the order of the file.
 *
 * @param nodes by name
 * @param durations how long a task usually takes on a node, by {@code PATTERN/TASK} or its name
 * @param queue events that are in progress or wait there, in their order
 */
public record Topology(
    Map<String, Node> nodes, Map<String, Duration> durations, List<Queued> queue) {

  public Topology {
    nodes = Collections.unmodifiableMap(new LinkedHashMap<>(nodes));
    queue = List.copyOf(queue);
    durations = Collections.unmodifiableMap(new LinkedHashMap<>(durations));
  }

  /**
   * A node of it.
   *
   * @param services tags of each, by name
   * @param meta what the node says of itself
   * @param agent whether an agent of ours runs there
   * @param failed whether Consul has found its machine dead
   */
  public record Node(
      Map<String, List<String>> services, Map<String, String> meta, boolean agent, boolean failed) {
    public Node {
      services = Collections.unmodifiableMap(new LinkedHashMap<>(services));
      meta = Collections.unmodifiableMap(new LinkedHashMap<>(meta));
    }
  }

  /**
   * An event that is there already.
   *
   * @param running whether it is in progress
   * @param takes how much longer, if the file says so
   */
  public record Queued(String event, boolean running, Optional<Duration> takes) {}

  /** How long a task usually takes on a node, if the file says so. */
  public Optional<Duration> usual(String pattern, String task) {
    return Optional.ofNullable(durations.get(pattern + "/" + task))
        .or(() -> Optional.ofNullable(durations.get(task)));
  }
}
