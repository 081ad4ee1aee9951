package dev.metronome.model.record;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How a task has ended on some of its nodes, in sum: so that the claims of batches that have ended
 * need not be kept (decision 59). The results of the nodes have more.
 *
 * @param nodes how many there are
 * @param worst the node that says how the task ends; absent if it has failed on none
 * @param outcome on that node
 * @param unsuccessful all of them but those whose agents took the task and ended it as success
 */
public record EndedNodes(
    int nodes,
    Optional<String> worst,
    Optional<Outcome> outcome,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Alike> unsuccessful) {

  public static final EndedNodes NONE =
      new EndedNodes(0, Optional.empty(), Optional.empty(), List.of());

  /**
   * Nodes on which it has ended alike.
   *
   * @param taken whether their agents took the task
   */
  public record Alike(Status status, boolean taken, List<String> nodes) {
    public Alike {
      nodes = List.copyOf(nodes);
    }
  }

  /** One that has failed: error before timeout, then by name. */
  private record Failure(String node, Outcome outcome) {
    static final Comparator<Failure> WORST_FIRST =
        Comparator.comparing((Failure it) -> it.outcome.status()).thenComparing(Failure::node);
  }

  public EndedNodes {
    worst = worst == null ? Optional.empty() : worst;
    outcome = outcome == null ? Optional.empty() : outcome;
    unsuccessful = unsuccessful == null ? List.of() : List.copyOf(unsuccessful);
    if (nodes < 0 || worst.isPresent() != outcome.isPresent()) {
      throw new IllegalArgumentException("no ends of " + nodes + " nodes");
    }
  }

  /**
   * Some more of them.
   *
   * @param taken whether a node's agent took the task
   */
  public EndedNodes and(
      Collection<String> more, Function<String, Outcome> outcomes, Predicate<String> taken) {
    Map<Map.Entry<Status, Boolean>, List<String>> alike = new LinkedHashMap<>();
    unsuccessful.forEach(
        some -> alike.put(Map.entry(some.status, some.taken), new ArrayList<>(some.nodes)));
    List<Failure> failures = new ArrayList<>();
    worst.ifPresent(node -> failures.add(new Failure(node, outcome.orElseThrow())));
    for (String node : more) {
      Outcome end = outcomes.apply(node);
      boolean took = taken.test(node);
      if (end.status() != Status.SUCCESS || !took) {
        alike.computeIfAbsent(Map.entry(end.status(), took), k -> new ArrayList<>()).add(node);
      }
      if (end.status().stopsEvent()) {
        failures.add(new Failure(node, end));
      }
    }
    Optional<Failure> first = failures.stream().min(Failure.WORST_FIRST);
    return new EndedNodes(
        nodes + more.size(),
        first.map(Failure::node),
        first.map(Failure::outcome),
        alike.entrySet().stream()
            .map(it -> new Alike(it.getKey().getKey(), it.getKey().getValue(), it.getValue()))
            .toList());
  }

  /** On how many it has failed. */
  public int failures() {
    return unsuccessful.stream()
        .filter(some -> some.status.stopsEvent())
        .mapToInt(some -> some.nodes.size())
        .sum();
  }

  /** Those that could not take it, and were left out for it. */
  public List<String> skipped() {
    return of(some -> some.status == Status.SKIP).toList();
  }

  /** Those whose agents did not take it. */
  public Set<String> untaken() {
    return of(some -> !some.taken).collect(Collectors.toSet());
  }

  private Stream<String> of(Predicate<Alike> wanted) {
    return unsuccessful.stream().filter(wanted).flatMap(some -> some.nodes.stream());
  }

  /** How it has ended on each of these, which are among them. */
  public Map<String, Status> statuses(Collection<String> targets) {
    Map<String, Status> ends = new HashMap<>();
    targets.forEach(node -> ends.put(node, Status.SUCCESS));
    unsuccessful.forEach(some -> some.nodes.forEach(node -> ends.replace(node, some.status)));
    return ends;
  }
}
