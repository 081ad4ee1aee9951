package dev.metronome.model.record;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A node that a task was for and that does not run it, by the task's own rules.
 *
 * @param why in a few words: {@code no agent}
 * @param more how many others were left out for the same reason and are not named, if any
 */
public record LeftOut(String node, String why, Optional<Integer> more) {
  public static final String NO_AGENT = "no agent";
  public static final String FAILED = "node failed";
  public static final String NOT_TAKEN = "no agent took it in time";
  public static final String NOT_AGAIN = "not to be run again";
  public static final String NOT_REACHED = "not reached";
  public static final String NOT_CHOSEN = "not chosen by run_on";
  public static final String NOT_LIMITED = "not in the event's limit";
  public static final String NOT_HOLDER = "does not hold the key of run_on";
  public static final String NO_HOLDER = "nobody holds the key of run_on";
  public static final String NOT_SELECTED = "not selected by the route select-targets";

  /** As many are named in a record: dead nodes may stay in a catalog by the hundred. */
  static final int MOST = 100;

  /** Names for one reason in a sentence; the task's result has more. */
  private static final int NAMED = 5;

  public LeftOut {
    Objects.requireNonNull(node, "Node");
    Objects.requireNonNull(why, "Why");
    more = more == null ? Optional.empty() : more;
  }

  public LeftOut(String node, String why) {
    this(node, why, Optional.empty());
  }

  /** Several nodes for the same reason. */
  public static List<LeftOut> all(Collection<String> nodes, String why) {
    return nodes.stream().map(node -> new LeftOut(node, why)).toList();
  }

  /**
   * The first hundred by name, and at least one for each reason; of the others how many there are.
   */
  static List<LeftOut> bounded(List<LeftOut> all) {
    Map<String, Integer> places = new HashMap<>();
    List<LeftOut> kept = new ArrayList<>();
    for (LeftOut each : all) {
      Integer place = places.putIfAbsent(each.why, kept.size());
      if (place == null || kept.size() < MOST) {
        kept.add(each);
      } else {
        LeftOut first = kept.get(place);
        int unnamed = first.unnamed() + 1 + each.unnamed();
        kept.set(place, new LeftOut(first.node, first.why, Optional.of(unnamed)));
      }
    }
    return List.copyOf(kept);
  }

  /** {@code 2 of 3; app-1 left out: no agent}; empty if nobody was. */
  public static Optional<String> sentence(Collection<String> targets, List<LeftOut> out) {
    if (out.isEmpty()) {
      return Optional.empty();
    }
    TreeSet<String> ran = new TreeSet<>(targets);
    out.forEach(each -> ran.remove(each.node()));
    int all = out.size() + more(out);
    int unnamed = more(out.stream().filter(each -> each.why.equals(NOT_TAKEN)).toList());
    int done = ran.size() - unnamed; // only for this reason are targets left out
    return Optional.of(done + " of " + (done + all) + "; " + reasons(out));
  }

  /** {@code app-1, app-2 left out: no agent; db left out: node failed}. */
  public static String reasons(List<LeftOut> out) {
    Map<String, List<LeftOut>> byReason = new TreeMap<>();
    out.forEach(each -> byReason.computeIfAbsent(each.why(), w -> new ArrayList<>()).add(each));
    List<String> parts = new ArrayList<>();
    byReason.forEach(
        (why, some) -> {
          List<String> nodes = some.stream().map(LeftOut::node).toList();
          parts.add(some(nodes, nodes.size() + more(some)) + " left out: " + why);
        });
    return String.join("; ", parts);
  }

  private static int more(List<LeftOut> out) {
    return out.stream().mapToInt(LeftOut::unnamed).sum();
  }

  private int unnamed() {
    return more.orElse(0);
  }

  /** The first few names, and of how many others there are. */
  public static String some(List<String> names, int all) {
    int named = Math.min(NAMED, names.size());
    String first = String.join(", ", names.subList(0, named));
    return all > named ? first + " and " + (all - named) + " more" : first;
  }
}
