package dev.metronome.pipeline.dispatch;

import dev.metronome.model.record.LeftOut;
import dev.metronome.model.record.Limit;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.pipeline.dispatch.Candidate.Condition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The nodes that have a task's service and tag, and which of them were chosen for it.
 *
 * @param limit of its event
 * @param candidates all of them, sorted by name
 */
public record Selection(
    PlannedTask task, List<String> chosen, Optional<Limit> limit, List<Candidate> candidates) {

  /** Why a node is not for the task, whatever state it is in. */
  private static final Set<String> OF_OTHERS =
      Set.of(
          LeftOut.NOT_AGAIN,
          LeftOut.NOT_LIMITED,
          LeftOut.NOT_HOLDER,
          LeftOut.NO_HOLDER,
          LeftOut.NOT_CHOSEN,
          LeftOut.NOT_SELECTED);

  /**
   * @param chosen the only nodes that a retry may run it on; all, if there are none
   */
  public Selection {
    chosen = List.copyOf(chosen);
    candidates = candidates.stream().sorted(Comparator.comparing(Candidate::name)).toList();
    candidates = chosen.isEmpty() ? limited(task, limit, candidates) : candidates;
  }

  /** As many as {@code run_on} and the limit say: of those that can take it the healthy first. */
  private static List<Candidate> limited(
      PlannedTask task, Optional<Limit> limit, List<Candidate> all) {
    List<String> targets =
        all.stream()
            .filter(Selection::isTarget)
            .sorted(
                Comparator.comparing(Candidate::condition)
                    .thenComparing(each -> !each.healthy())
                    .thenComparing(Candidate::name))
            .map(Candidate::name)
            .toList();
    int chosen = task.nodes().runOn().map(share -> share.of(targets.size())).orElse(all.size());
    List<String> first = targets.subList(0, Math.min(chosen, targets.size()));
    int most = limit.flatMap(Limit::most).orElse(first.size());
    Set<String> taken = Set.copyOf(first.subList(0, Math.min(most, first.size())));
    return all.stream()
        .map(each -> isTarget(each) && !taken.contains(each.name()) ? cut(each, first) : each)
        .toList();
  }

  private static Candidate cut(Candidate each, Collection<String> first) {
    return each.without(first.contains(each.name()) ? LeftOut.NOT_LIMITED : LeftOut.NOT_CHOSEN);
  }

  /** As the route of the jar selects: everyone whom the task is for by its own rules. */
  static Selection ofWanted(
      PlannedTask task, List<String> chosen, Optional<Limit> limit, List<Candidate> candidates) {
    return new Selection(
        task,
        chosen,
        limit,
        candidates.stream().map(each -> each.isWanted() ? each.select() : each).toList());
  }

  /** The nodes to open the task for, those with an agent first; none if there is no node yet. */
  public List<String> targets() {
    return Stream.concat(names(Condition.READY), names(Condition.WITHOUT_AGENT)).toList();
  }

  /** The same, in batches, which open one after another; one if the task knows none. */
  List<List<String>> batches(String event) {
    return task.batching().isInBatches()
        ? Batches.of(
            task.batching(),
            candidates.stream()
                .filter(Selection::isTarget)
                .filter(each -> each.condition() != Condition.FAILED)
                .toList(),
            event)
        : List.of(targets());
  }

  /** Those that lack the key by which the task is spread: they count as one value of it. */
  List<String> unspread() {
    return task.batching().spread().stream()
        .flatMap(
            key ->
                candidates.stream()
                    .filter(Selection::isTarget)
                    .filter(each -> !each.meta().containsKey(key)))
        .map(Candidate::name)
        .toList();
  }

  /** Whether there are nodes for the task, and none of them in its event's limit. */
  boolean isBeyondLimit() {
    return chosen.isEmpty()
        && !blocks()
        && targets().isEmpty()
        && !without(LeftOut.NOT_LIMITED).isEmpty();
  }

  /** Whether the task can be opened now: there are nodes for it, and none is in the way. */
  boolean opens() {
    return missing().isEmpty() && !blocks() && !targets().isEmpty();
  }

  /** Those that end the task before it is opened: chosen, and failed. */
  List<String> failed() {
    return names(Condition.FAILED).toList();
  }

  /** Whether a failed node among them ends the task before it is opened. */
  boolean blocks() {
    return !failed().isEmpty();
  }

  /** Nodes that a retry must run on and that are not there; for every node, no agent counts so. */
  List<String> missing() {
    return chosen.stream().filter(node -> candidates.stream().noneMatch(is(node))).toList();
  }

  private Predicate<Candidate> is(String node) {
    boolean anyState = task.service().isPresent();
    return each -> each.name().equals(node) && (anyState || each.condition() == Condition.READY);
  }

  /** Those that match and would not run the task, and why. */
  List<LeftOut> leftOut() {
    List<LeftOut> out = new ArrayList<>(without(LeftOut.NOT_AGAIN));
    out.addAll(without(LeftOut.NOT_LIMITED));
    out.addAll(without(LeftOut.NO_AGENT));
    out.addAll(without(LeftOut.FAILED));
    out.addAll(without(LeftOut.NOT_HOLDER));
    out.addAll(without(LeftOut.NO_HOLDER));
    out.addAll(without(LeftOut.NOT_CHOSEN));
    out.addAll(without(LeftOut.NOT_SELECTED));
    return List.copyOf(out);
  }

  /** Those that match and would have run the task, but for these. */
  List<LeftOut> notReached(Collection<String> blocking) {
    List<LeftOut> out = new ArrayList<>(without(LeftOut.NOT_AGAIN));
    List<String> others =
        candidates.stream()
            .filter(each -> !OF_OTHERS.contains(reason(each)))
            .map(Candidate::name)
            .filter(node -> !blocking.contains(node))
            .toList();
    out.addAll(LeftOut.all(others, LeftOut.NOT_REACHED));
    out.addAll(without(LeftOut.NOT_LIMITED));
    out.addAll(without(LeftOut.NOT_HOLDER));
    out.addAll(without(LeftOut.NO_HOLDER));
    out.addAll(without(LeftOut.NOT_CHOSEN));
    out.addAll(without(LeftOut.NOT_SELECTED));
    return List.copyOf(out);
  }

  /** INVARIANT: promise 10, whoever has not been chosen has a reason. */
  private static String reason(Candidate each) {
    return isTarget(each) ? "" : each.why().orElse(LeftOut.NOT_SELECTED);
  }

  /** Whatever a route selects: what a retry must not run again, or run_on excludes, does not. */
  private static boolean isTarget(Candidate each) {
    return each.selected() && each.why().filter(OF_OTHERS::contains).isEmpty();
  }

  boolean isWithoutAgent(String node) {
    return names(Condition.WITHOUT_AGENT).anyMatch(node::equals);
  }

  private List<LeftOut> without(String why) {
    return LeftOut.all(
        candidates.stream().filter(each -> reason(each).equals(why)).map(Candidate::name).toList(),
        why);
  }

  private Stream<String> names(Condition condition) {
    return candidates.stream()
        .filter(Selection::isTarget)
        .filter(each -> each.condition() == condition)
        .map(Candidate::name);
  }
}
