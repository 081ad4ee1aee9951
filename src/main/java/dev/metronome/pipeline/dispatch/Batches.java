package dev.metronome.pipeline.dispatch;

import dev.metronome.model.record.Batching;
import dev.metronome.model.record.Batching.Order;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Divides the nodes of a task into batches, once, when it opens: they then stand in the plan.
 *
 * <p><em>Guarantees</em>: each node is in one batch; none has more nodes than {@code serial} says;
 * none spans two values of the key that {@code spread} names.
 */
final class Batches {
  private Batches() {}

  /**
   * @param event its ID, by which a shuffled order comes out the same wherever it is made
   * @return at least one batch, if there are nodes
   */
  static List<List<String>> of(Batching batching, List<Candidate> targets, String event) {
    List<List<String>> batches = new ArrayList<>();
    for (List<Candidate> group : groups(batching, ordered(batching, targets, event))) {
      int from = 0;
      while (from < group.size()) {
        int size = batching.size(batches.size(), targets.size());
        List<Candidate> some = group.subList(from, Math.min(group.size(), from + size));
        batches.add(some.stream().map(Candidate::name).toList());
        from += some.size();
      }
    }
    return batches;
  }

  private static List<Candidate> ordered(Batching batching, List<Candidate> targets, String event) {
    List<Candidate> ordered = new ArrayList<>(targets);
    ordered.sort(Comparator.comparing(Candidate::name));
    if (batching.order().filter(Order.SHUFFLE::equals).isPresent()) {
      Collections.shuffle(ordered, new Random(event.hashCode()));
    }
    return ordered;
  }

  /** By the value of the key that they are spread by, in the order of their first nodes. */
  private static Iterable<List<Candidate>> groups(Batching batching, List<Candidate> ordered) {
    Map<String, List<Candidate>> groups = new LinkedHashMap<>();
    for (Candidate each : ordered) {
      String value = batching.spread().map(key -> each.meta().getOrDefault(key, "")).orElse("");
      groups.computeIfAbsent(value, v -> new ArrayList<>()).add(each);
    }
    return groups.values();
  }
}
