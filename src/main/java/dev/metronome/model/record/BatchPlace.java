package dev.metronome.model.record;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which of a task's batches is the newest that was opened.
 *
 * @param no from 1
 * @param of how many there are in all
 * @param sizes how many of the task's targets, in their order, belong to each batch that was opened
 * @param openedAt when the newest was opened
 */
public record BatchPlace(
    int no,
    int of,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Integer> sizes,
    Optional<Instant> openedAt) {
  public BatchPlace {
    if (no < 1 || of < no) {
      throw new IllegalArgumentException("no batch " + no + " of " + of);
    }
    sizes = sizes == null ? List.of() : List.copyOf(sizes);
    openedAt = openedAt == null ? Optional.empty() : openedAt;
  }

  /** The first of so many, of so many nodes. */
  static BatchPlace first(int of, int size, Instant at) {
    return new BatchPlace(1, of, List.of(size), Optional.of(at));
  }

  /** The one after it, of so many nodes. */
  BatchPlace next(int size, Instant at) {
    return new BatchPlace(
        no + 1, of, Stream.concat(sizes.stream(), Stream.of(size)).toList(), Optional.of(at));
  }

  /** The nodes of the newest, of those for which the task is open. */
  List<String> newest(List<String> targets) {
    int size = sizes.isEmpty() ? targets.size() : sizes.get(sizes.size() - 1);
    return targets.subList(Math.max(0, targets.size() - size), targets.size());
  }

  /** In which batch each of the nodes is for which the task is open. */
  public Map<String, Integer> numbers(List<String> targets) {
    Map<String, Integer> places = new HashMap<>();
    int from = 0;
    for (int batch = 0; batch < sizes.size(); batch++) {
      int to = Math.min(targets.size(), from + sizes.get(batch));
      for (String node : targets.subList(from, to)) {
        places.put(node, batch + 1);
      }
      from = to;
    }
    return places;
  }

  /** {@code batch 2 of 5}. */
  @Override
  public String toString() {
    return "batch " + no + " of " + of;
  }
}
