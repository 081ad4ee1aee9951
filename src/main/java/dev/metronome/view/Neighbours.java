package dev.metronome.view;

import dev.metronome.consul.Catalog;
import dev.metronome.consul.ConsulConnection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What Consul's own catalog tells of nodes, at one moment.
 *
 * @param nodes by name, and whether Consul reports it as alive
 * @param agents where agents of ours are registered
 */
public record Neighbours(SortedMap<String, Boolean> nodes, List<Catalog.Instance> agents) {
  public Neighbours {
    agents = List.copyOf(agents);
  }

  /** Reads it now: three requests. */
  public static Neighbours read(ConsulConnection connection) {
    Catalog catalog = new Catalog(connection);
    return new Neighbours(
        catalog.nodes(), catalog.instances(Census.AGENT_SERVICE, Optional.empty()));
  }
}
