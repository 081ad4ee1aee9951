package dev.metronome.model.record;

import java.util.ArrayList;
import java.util.Collection;
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
 */
public record LeftOut(String node, String why) {
  public static final String NO_AGENT = "no agent";
  public static final String FAILED = "node failed";
  public static final String NOT_TAKEN = "no agent took it in time";
  public static final String NOT_AGAIN = "not to be run again";
  public static final String NOT_REACHED = "not reached";
  public static final String NOT_SELECTED = "not selected by the route select-targets";

  /** Names for one reason in a sentence; the result has them all. */
  private static final int NAMED = 5;

  public LeftOut {
    Objects.requireNonNull(node, "Node");
    Objects.requireNonNull(why, "Why");
  }

  /** Several nodes for the same reason. */
  public static List<LeftOut> all(Collection<String> nodes, String why) {
    return nodes.stream().map(node -> new LeftOut(node, why)).toList();
  }

  /** {@code 2 of 3; app-1 left out: no agent}; empty if nobody was. */
  public static Optional<String> sentence(Collection<String> targets, List<LeftOut> out) {
    if (out.isEmpty()) {
      return Optional.empty();
    }
    TreeSet<String> ran = new TreeSet<>(targets);
    out.forEach(each -> ran.remove(each.node()));
    return Optional.of(ran.size() + " of " + (ran.size() + out.size()) + "; " + reasons(out));
  }

  /** {@code app-1, app-2 left out: no agent; db left out: node failed}. */
  public static String reasons(List<LeftOut> out) {
    Map<String, List<String>> byReason = new TreeMap<>();
    out.forEach(
        each -> byReason.computeIfAbsent(each.why(), w -> new ArrayList<>()).add(each.node()));
    List<String> parts = new ArrayList<>();
    byReason.forEach((why, nodes) -> parts.add(some(nodes) + " left out: " + why));
    return String.join("; ", parts);
  }

  private static String some(List<String> nodes) {
    String names = String.join(", ", nodes.subList(0, Math.min(NAMED, nodes.size())));
    return nodes.size() > NAMED ? names + " and " + (nodes.size() - NAMED) + " more" : names;
  }
}
