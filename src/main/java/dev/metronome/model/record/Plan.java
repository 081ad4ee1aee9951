package dev.metronome.model.record;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A dispatched event: its ordered tasks, which of them is the head, and who must run that.
 *
 * @param event as it was accepted
 * @param startedAt when it was dispatched
 * @param digest of the schedule that it was made from
 * @param tasks all of them, in order
 * @param ownSlot the slot that it stands in; absent if that is the common lane's
 * @param stage how far it is
 */
public record Plan(
    int format,
    Event event,
    Instant startedAt,
    String digest,
    List<PlannedTask> tasks,
    @JsonProperty("Slot") Optional<String> ownSlot,
    @JsonUnwrapped Stage stage) {

  /** Earlier tasks whose left-out nodes an event's result tells of; each task's own has all. */
  private static final int TOLD = 5;

  /** Approvals that an event's result tells of; each task's own has its votes, too. */
  private static final int APPROVALS = 10;

  private static final String TASK = "task ";

  public Plan {
    Objects.requireNonNull(event, "Event");
    Objects.requireNonNull(startedAt, "StartedAt");
    tasks = List.copyOf(tasks);
    ownSlot = ownSlot == null ? Optional.empty() : ownSlot;
    if (stage.current() < 0 || stage.current() >= tasks.size()) {
      throw new IllegalArgumentException(
          "no task " + stage.current() + " in a plan of " + tasks.size());
    }
  }

  public static Plan of(Event event, Instant at, String digest, List<PlannedTask> tasks) {
    return of(event, at, digest, tasks, Optional.empty());
  }

  /**
   * @param without what of the event is not in it, a sentence
   */
  public static Plan of(
      Event event, Instant at, String digest, List<PlannedTask> tasks, Optional<String> without) {
    int first = event.resume().map(Resume::from).orElse(0);
    return new Plan(
        format(event, tasks, Optional.empty()),
        event,
        at,
        digest,
        tasks,
        Optional.empty(),
        Stage.at(first, without.stream().toList()));
  }

  /** NO of the head task. */
  public int current() {
    return stage.current();
  }

  /** When the head task was opened; absent while it waits for a node that matches. */
  public Optional<Instant> openedAt() {
    return stage.opening().openedAt();
  }

  /** The nodes that must run the head task, of those batches of it that are open. */
  public List<String> targets() {
    return stage.opening().targets();
  }

  /** The newest batch that is open; absent if all nodes run the head task at once. */
  public Optional<BatchPlace> batch() {
    return stage.opening().batch();
  }

  /** The nodes of the newest batch that is open. */
  @JsonIgnore
  public List<String> newestBatch() {
    return batch().map(place -> place.newest(targets())).orElse(targets());
  }

  /** How those of the targets have ended whose batches have: the first ones. */
  public EndedNodes ended() {
    return stage.opening().ended().orElse(EndedNodes.NONE);
  }

  /** The other targets: their claims say how they stand. */
  public List<String> awaited() {
    return targets().subList(ended().nodes(), targets().size());
  }

  /** The batches of the head task that are not open yet. */
  public List<List<String>> later() {
    return stage.opening().later();
  }

  /** The nodes of those batches. */
  @JsonIgnore
  public List<String> notReached() {
    return later().stream().flatMap(List::stream).toList();
  }

  /** Whether any earlier task ended as success. */
  public boolean succeeded() {
    return stage.succeeded();
  }

  /** That somebody wants it to end; it then ends so, whatever its tasks come to. */
  public Optional<Cancellation> cancelled() {
    return stage.cancelled();
  }

  /** Of the event's own span; absent unless the leader that planned it traces. */
  public Optional<String> traceparent() {
    return stage.traceparent();
  }

  /** The slot that it stands in. */
  @JsonIgnore
  public String slot() {
    return ownSlot.orElse(Keys.COMMON_LANE);
  }

  /** The lane that it is in progress in. */
  public String lane() {
    return Lane.of(slot());
  }

  /** The same plan, to stand in this slot. */
  public Plan inSlot(String slot) {
    Optional<String> own = Optional.of(slot).filter(it -> !it.equals(Keys.COMMON_LANE));
    return new Plan(format(event, tasks, own), event, startedAt, digest, tasks, own, stage);
  }

  /** The epoch that the claims of the head task stand in; 0 if none was ever opened there. */
  public long epoch() {
    return stage.epoch().orElse(0L);
  }

  /** The nodes that the head task is for and that do not run it. */
  public List<LeftOut> leftOut() {
    return stage.leftOut();
  }

  /** What of the event is not in it, and which earlier tasks left nodes out; sentences. */
  public List<String> leftOutBefore() {
    return stage.before().leftOutBefore();
  }

  /** How the head task stands to its gate of health; absent if it has none, or is not open. */
  public Optional<GateState> gate() {
    return stage.opening().gate();
  }

  /** How the head task stands if it is an approval, and open. */
  public Optional<Voting> voting() {
    return stage.opening().voting();
  }

  /** Whether the head task is an approval that is open. */
  @JsonIgnore
  public boolean isAsking() {
    return isOpen() && head().isApproval();
  }

  /**
   * The nodes that must be well before the head task goes on: those of its newest batch; before the
   * first one of a retry those of the batch at which the earlier event has stopped.
   */
  @JsonIgnore
  public List<String> gateNodes() {
    return targets().isEmpty() ? resumed().map(Resume::healthy).orElse(List.of()) : newestBatch();
  }

  /**
   * The nodes whose gate has not been passed: of each batch whose gate has failed, and of the
   * newest. They stay to be proven for a retry.
   */
  public List<String> unproven() {
    Set<Integer> failed = gate().map(GateState::failed).map(Set::copyOf).orElse(Set.of());
    Map<String, Integer> batches = batch().map(place -> place.numbers(targets())).orElse(Map.of());
    Set<String> nodes = new LinkedHashSet<>();
    if (failed.contains(0)) {
      nodes.addAll(resumed().map(Resume::healthy).orElse(List.of()));
    }
    targets().stream()
        .filter(node -> failed.contains(batches.getOrDefault(node, 1)))
        .forEach(nodes::add);
    nodes.addAll(gateNodes());
    return List.copyOf(nodes);
  }

  public PlannedTask head() {
    return tasks.get(current());
  }

  @JsonIgnore
  public boolean isOpen() {
    return openedAt().isPresent();
  }

  /** The ordered tasks, without what takes them back and what runs at the end. */
  public List<PlannedTask> ordered() {
    return tasks.stream().filter(task -> task.part().isEmpty()).toList();
  }

  /** The tasks that it comes to: of those that take others back, such as are due. */
  public List<PlannedTask> course() {
    return tasks.stream()
        .filter(task -> !task.isUndo() || (undoneFrom().isPresent() && isTaken(task)))
        .toList();
  }

  private boolean isTaken(PlannedTask undo) {
    return !taken(undo.undoes().orElseThrow()).isEmpty();
  }

  /** Whether no ordered task follows. */
  @JsonIgnore
  public boolean isLast() {
    return current() >= ordered().size() - 1;
  }

  /** That its ordered tasks have ended, and how; absent before. */
  public Optional<Ending> ending() {
    return stage.ending();
  }

  /** Whether somebody wants it to end who has not been obeyed yet. */
  @JsonIgnore
  public boolean isCancelling() {
    return cancelled().isPresent() && ending().filter(Ending::isObeyed).isEmpty();
  }

  /** As it was when its ordered tasks had ended, which is now if they have not. */
  public Plan atOrderedEnd() {
    return ending().map(end -> with(end.stage())).orElse(this);
  }

  /** NO of the first task that was taken back, or was about to be; absent if none was. */
  public Optional<Integer> undoneFrom() {
    return ending().flatMap(end -> end.undone().stream().min(Integer::compare));
  }

  /** What takes a task back, if anything does. */
  private Optional<PlannedTask> undoOf(int no) {
    return tasks.stream()
        .filter(task -> task.undoes().filter(undone -> undone == no).isPresent())
        .findFirst();
  }

  /** The same plan, with the nodes that were at work on its head task, if it can be taken back. */
  public Plan taken(Predicate<String> tookIt) {
    List<List<String>> batches = stage.opening().batches(tookIt);
    if (undoOf(current()).isEmpty() || batches.isEmpty()) {
      return this;
    }
    TasksBefore before = stage.before();
    return with(stage.with(before.taken(Taken.and(before.taken(), current(), batches))));
  }

  /** The nodes that have taken a task, the last ones first. */
  private List<List<String>> taken(int no) {
    List<List<String>> batches =
        new ArrayList<>(
            stage.before().taken().stream()
                .filter(each -> each.of().contains(no))
                .flatMap(each -> each.batches().stream())
                .toList());
    Collections.reverse(batches);
    return batches;
  }

  /** The nodes that the head task takes back, in batches. */
  public List<List<String>> toUndo() {
    return head().undoes().map(this::taken).orElse(List.of());
  }

  /** What is to be taken back after the head task, in order. */
  public List<PlannedTask> undoAhead() {
    return ahead().filter(PlannedTask::isUndo).filter(this::isTaken).toList();
  }

  /** The next task of those at the end. */
  public Optional<PlannedTask> finallyAhead() {
    return ahead().filter(PlannedTask::isFinally).findFirst();
  }

  private Stream<PlannedTask> ahead() {
    return tasks.stream().filter(task -> task.no() > current());
  }

  /** The same plan, whose ordered tasks have ended. */
  public Plan end(Outcome outcome) {
    Ending end = ending().map(before -> before.with(outcome)).orElseGet(() -> stage.end(outcome));
    return with(stage.with(end));
  }

  /** The same plan with a task of its end at its head, waiting. */
  public Plan to(PlannedTask task, List<LeftOut> without) {
    Ending end = ending().orElseThrow();
    Ending undoing = task.undoes().map(end::undoing).orElse(end);
    Ending obeying = cancelled().filter(it -> isCancelling()).map(undoing::obeying).orElse(undoing);
    return with(stage.to(task.no(), false, told(without)).with(obeying));
  }

  /** The same plan with its head task opened for these nodes. */
  public Plan open(Instant at, List<String> nodes) {
    return open(at, nodes, List.of());
  }

  /** The same, with those that it is for and that do not run it. */
  public Plan open(Instant at, List<String> nodes, List<LeftOut> without) {
    return openInBatches(at, List.of(nodes), without);
  }

  /** The same plan with the first of these batches open. */
  public Plan openInBatches(Instant at, List<List<String>> batches, List<LeftOut> without) {
    return with(stage.open(Opening.of(at, batches, gateBefore()), without));
  }

  /**
   * The same plan with its head task open and none of these batches, since there is something to
   * wait for before the first one.
   */
  public Plan openAtGate(Instant at, List<List<String>> batches, List<LeftOut> without) {
    Plan open = with(stage.open(Opening.before(at, batches, gateBefore()), without));
    return open.gate().isPresent() ? open.atGate(at) : open;
  }

  /** The same plan, its head task, an approval, open from now on. */
  public Plan ask(Instant now) {
    Instant until = now.plusSeconds(head().approval().orElseThrow().timeoutSeconds());
    return with(stage.open(Opening.asking(now, until), List.of()));
  }

  /** The same plan, with one more vote. */
  public Plan voted(Vote vote) {
    return with(stage.with(stage.opening().voting(voting().orElseThrow().with(vote))));
  }

  /** The same plan, without some of its votes. */
  public Plan without(List<Vote> votes) {
    return with(stage.with(stage.opening().voting(voting().orElseThrow().without(votes))));
  }

  private Optional<GateState> gateBefore() {
    return head().batching().health().map(gate -> GateState.BEFORE);
  }

  /** The same plan, waiting from now on for its nodes to be well. */
  public Plan atGate(Instant now) {
    long within = head().batching().health().orElseThrow().withinSeconds();
    return gated(gate().orElseThrow().waiting(now.plusSeconds(within), now, Optional.empty()));
  }

  /** The same plan, which waits for this since then. */
  public Plan waiting(Instant since, Optional<String> what) {
    GateState state = gate().orElseThrow();
    return gated(state.waiting(state.waiting().orElseThrow().until(), since, what));
  }

  /** The same plan, the gate of its newest batch having failed. */
  public Plan gateFailed(String why) {
    return gated(gate().orElseThrow().failed(gateNo(), why));
  }

  /**
   * The same plan, whose gate has ended.
   *
   * @param why it has failed; empty if it was passed
   */
  public Plan gateEnded(Instant now, Optional<String> why) {
    GateState state = gate().orElseThrow();
    long within = head().batching().health().orElseThrow().withinSeconds();
    Instant began = state.waiting().orElseThrow().until().minusSeconds(within);
    Status status = why.isPresent() ? Status.ERROR : Status.SUCCESS;
    return gated(state.ended(new EndedGate(gateNo(), status, began, now, why)));
  }

  /** Whether the gate of its newest batch has failed. */
  @JsonIgnore
  public boolean isGateFailed() {
    return gate().filter(gate -> gate.failed().contains(gateNo())).isPresent();
  }

  private int gateNo() {
    return targets().isEmpty() ? 0 : batch().map(BatchPlace::no).orElse(1);
  }

  private Plan gated(GateState state) {
    return with(stage.with(stage.opening().gated(state)));
  }

  /**
   * The same plan with the next batch open.
   *
   * @param before how its targets so far have ended
   */
  public Plan openBatch(Instant at, EndedNodes before) {
    return with(stage.with(stage.opening().next(at, before)));
  }

  /** The same plan with the next task at its head, waiting. */
  public Plan next(Status ended) {
    return next(ended, leftOut());
  }

  /** The same, after a head task that in the end has left these out. */
  public Plan next(Status ended, List<LeftOut> without) {
    boolean done = ended == Status.SUCCESS && !head().isApproval();
    return with(stage.to(current() + 1, done, told(without)));
  }

  /** The first task that has failed and was gone on after. */
  public Optional<FailedBefore> failedBefore() {
    return stage.before().failedBefore();
  }

  /** The same plan, whose head task has ended so, and is gone on after. */
  public Plan goneOnAfter(Outcome ended) {
    if (!ended.status().stopsEvent() || failedBefore().isPresent()) {
      return this;
    }
    String message = head().title() + " " + ended.message().orElse("failed");
    Outcome named = new Outcome(ended.status(), ended.reason(), Optional.of(message));
    return with(stage.with(stage.before().failed(new FailedBefore(current(), named))));
  }

  /** The approvals that were decided so far, the first few. */
  public List<DecidedApproval> approvals() {
    return stage.before().approvals();
  }

  /** The same plan, whose head task has ended so: told of for good if it was an approval. */
  public Plan decided(Outcome ended, Instant at) {
    if (!isAsking() || approvals().size() >= APPROVALS) {
      return this;
    }
    List<DecidedApproval> all = new ArrayList<>(approvals());
    all.add(DecidedApproval.of(this, ended, at));
    return with(stage.with(stage.before().approvals(all)));
  }

  /** The same plan, to end now. */
  public Plan cancel(Cancellation wanted) {
    return with(stage.cancelled(Optional.of(wanted)));
  }

  /** The same plan, with the place of the event's own span. */
  public Plan traced(Optional<TraceParent> place) {
    return with(stage.traced(place.map(TraceParent::text)));
  }

  /** The same plan, with its claims in this epoch from now on. */
  public Plan in(long epoch) {
    return with(stage.in(epoch));
  }

  private Plan with(Stage now) {
    int least = now.opening().ended().isPresent() ? Format.ENDED_BATCHES : Format.SLOTS;
    int form = Math.max(least, format(event, tasks, ownSlot));
    return new Plan(form, event, startedAt, digest, tasks, ownSlot, now);
  }

  private static int format(Event event, List<PlannedTask> tasks, Optional<String> slot) {
    if (slot.isPresent() || tasks.stream().anyMatch(PlannedTask::isApproval)) {
      return Format.TRAFFIC;
    }
    boolean rollout = event.limit().isPresent() || tasks.stream().anyMatch(PlannedTask::isRollout);
    return rollout ? Format.ROLLOUT : Format.SLOTS;
  }

  /** The sentences of all tasks so far, the head task having left these out. */
  public List<String> told(List<LeftOut> without) {
    List<String> all = new ArrayList<>(leftOutBefore());
    LeftOut.sentence(targets(), without)
        .filter(sentence -> all.size() < TOLD)
        .ifPresent(sentence -> all.add(head().title() + ": " + sentence));
    return all;
  }

  /** Whether a task has left nodes out so far. */
  public boolean hasLeftNodesOut() {
    return leftOutBefore().stream().anyMatch(sentence -> sentence.startsWith(TASK));
  }

  /** Where the span of the head task stands, if the event is traced. */
  public Optional<TraceParent> place() {
    return traceparent()
        .flatMap(TraceParent::read)
        .map(it -> it.child(Integer.toString(current())));
  }

  /** The only nodes that may run the head task; none means every node that matches. */
  public List<String> chosen() {
    return resumed().map(Resume::nodes).orElse(List.of());
  }

  /** Whether it has run the head task wherever it must, and only its gate is to be passed. */
  @JsonIgnore
  public boolean isOnlyToBeHealthy() {
    return resumed().filter(r -> r.nodes().isEmpty() && !r.healthy().isEmpty()).isPresent();
  }

  /** That a retry begins with the head task. */
  private Optional<Resume> resumed() {
    return event.resume().filter(resume -> resume.from() == current());
  }
}
