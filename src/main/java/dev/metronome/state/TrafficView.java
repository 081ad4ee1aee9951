package dev.metronome.state;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.model.record.Blocked;
import dev.metronome.model.record.Blocked.BlockedEvent;
import dev.metronome.model.record.Freeze;
import dev.metronome.model.record.Keys;
import dev.metronome.pipeline.traffic.Freezes;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What keeps events from beginning.
 *
 * @param frozen what is not to begin, that of all events first
 * @param blocked which events the leader has passed over
 */
public record TrafficView(List<Freeze> frozen, List<BlockedEvent> blocked) {

  /** Where nothing does. */
  public static final TrafficView FREE = new TrafficView(List.of(), List.of());

  public TrafficView {
    frozen = List.copyOf(frozen);
    blocked = List.copyOf(blocked);
  }

  /** As it stands in Consul; two requests. */
  public static TrafficView read(ConsulConnection connection, Keys keys) {
    return new TrafficView(new Freezes(connection, keys).all(), blocked(connection, keys));
  }

  static List<BlockedEvent> blocked(ConsulConnection connection, Keys keys) {
    return connection
        .get(keys.blocked())
        .flatMap(entry -> ReadableRecords.read(entry, Blocked.class))
        .map(Blocked::events)
        .orElse(List.of());
  }

  /** Those of them that wait. */
  List<BlockedEvent> among(List<EventSummary> waiting) {
    Set<String> ids = waiting.stream().map(EventSummary::id).collect(Collectors.toSet());
    return blocked.stream().filter(each -> ids.contains(each.eventId())).toList();
  }
}
