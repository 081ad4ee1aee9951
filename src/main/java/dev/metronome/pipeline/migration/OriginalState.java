package dev.metronome.pipeline.migration;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.model.record.Keys;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What the original has in Consul beside results, at one moment.
 *
 * @param events its event queue, one JSON array
 * @param plan its progress task queue, one JSON array
 * @param lock the key that each of its agents locks once a second, and each of its pushes
 */
public record OriginalState(Optional<Entry> events, Optional<Entry> plan, Optional<Entry> lock) {

  public static OriginalState read(ConsulConnection connection, Keys keys) {
    List<String> names =
        List.of(keys.originalEventQueue(), keys.originalProgressQueue(), keys.originalLock());
    Map<String, Entry> found =
        connection.read(names).stream()
            .collect(Collectors.toMap(Entry::key, Function.identity(), (a, b) -> b));
    return new OriginalState(
        Optional.ofNullable(found.get(names.get(0))),
        Optional.ofNullable(found.get(names.get(1))),
        Optional.ofNullable(found.get(names.get(2))));
  }

  /** Whether nothing of it is there. */
  public boolean isEmpty() {
    return events.isEmpty() && plan.isEmpty() && lock.isEmpty();
  }

  /** Whether an agent of the original holds its lock right now. */
  boolean isHeld() {
    return lock.filter(Entry::isLocked).isPresent();
  }

  /** What is another one after each locking and unlocking. */
  long lockIndex() {
    return lock.map(Entry::modifyIndex).orElse(0L);
  }
}
