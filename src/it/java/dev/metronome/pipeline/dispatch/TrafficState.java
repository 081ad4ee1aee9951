package dev.metronome.pipeline.dispatch;

import dev.metronome.consul.Entry;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.Slot;
import dev.metronome.model.record.TaskResult;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What stands in Consul at a moment, as far as it matters for who may begin. */
final class TrafficState {

  /** By the events that are in progress; two plans of one event are none of one. */
  final Map<String, Plan> plans = new HashMap<>();

  final Map<String, Long> planIndexes = new HashMap<>();
  final Map<String, EventResult> results = new HashMap<>();
  final Set<String> waiting = new HashSet<>();
  final Set<String> freezes = new HashSet<>();
  final Map<String, Long> indexes = new TreeMap<>();
  private final Keys keys;
  private final Map<String, Entry> entries = new HashMap<>();

  TrafficState(Keys keys, List<Entry> all) {
    this.keys = keys;
    for (Entry entry : all) {
      entries.put(entry.key(), entry);
      if (!entry.key().equals(keys.leader())) {
        indexes.put(entry.key(), entry.modifyIndex());
      }
      add(entry);
    }
  }

  private void add(Entry entry) {
    String key = entry.key();
    if (key.startsWith(keys.freezes())) {
      freezes.add(key);
    } else if (key.startsWith(keys.progressQueue())) {
      Slot.plan(key, entry.value())
          .ifPresent(
              plan -> {
                if (plans.put(plan.event().id(), plan) != null) {
                  throw new AssertionError("two plans of " + plan.event().id());
                }
                planIndexes.put(plan.event().id(), entry.modifyIndex());
              });
    } else if (key.startsWith(keys.results())) {
      String id = key.substring(keys.results().length());
      if (!id.contains("/")) {
        results.put(id, Json.read(key, entry.value(), EventResult.class));
      }
    } else {
      keys.eventId(key).ifPresent(waiting::add);
    }
  }

  Optional<TaskResult> result(String id, int no) {
    String key = keys.result(id, no);
    return Optional.ofNullable(entries.get(key))
        .map(entry -> Json.read(key, entry.value(), TaskResult.class));
  }

  /** What must be left of nothing when all has ended. */
  List<String> leftovers() {
    return entries.values().stream()
        .filter(
            entry ->
                entry.key().startsWith(keys.queued(""))
                    || keys.eventId(entry.key()).isPresent()
                    || (entry.key().startsWith(keys.nodes()) && entry.value().length > 0)
                    || (entry.key().startsWith(keys.progressQueue())
                        && Slot.plan(entry.key(), entry.value()).isPresent()))
        .map(Entry::key)
        .toList();
  }
}
