package dev.metronome.pipeline.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.metronome.model.record.Approval;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.FreezeScope;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Status;
import dev.metronome.model.record.TaskResult;
import dev.metronome.model.record.Vote;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Knows by docs/traffic.md what may be in progress, begin, be opened, end or count, and looks after
 * each action whether what stands in Consul is that.
 */
final class TrafficJudge {

  /** So long a leader may believe in a freeze that was thawed. */
  private static final Duration BELIEVED = Duration.ofSeconds(1);

  private final TrafficDraft draft;
  private final Keys keys;
  private final Supplier<Instant> clock;
  private final Map<String, Fired> events = new LinkedHashMap<>();
  private final Map<FreezeScope, Optional<Instant>> frozen = new HashMap<>();
  private final Map<FreezeScope, Instant> thawed = new HashMap<>();
  private final Set<String> cancelled = new HashSet<>();
  private final Set<String> removed = new HashSet<>();
  private final Map<String, Map<String, Vote>> votes = new HashMap<>();

  /** When the ticks of an event were first looked for, and last. */
  private final Map<String, Instant> looked = new TreeMap<>();

  private TrafficState state;

  /** How far an event has come. */
  private enum Stage {
    WAITS,
    RUNS,
    ENDED
  }

  /** An event that was accepted, in this order. */
  private static final class Fired {
    final String id;
    final TrafficDraft.Kind kind;
    final int place;
    final boolean ahead;
    final boolean override;
    Stage stage = Stage.WAITS;
    EventResult end;

    Fired(String id, TrafficDraft.Kind kind, int place, boolean ahead, boolean override) {
      this.id = id;
      this.kind = kind;
      this.place = place;
      this.ahead = ahead;
      this.override = override;
    }

    boolean isBefore(Fired other) {
      return ahead == other.ahead ? place < other.place : ahead;
    }
  }

  /**
   * What was so when a leader made up its mind.
   *
   * @param held the events that might not begin then
   * @param toSkip those that their lane's rule ends, since it is full
   * @param limits of the lanes
   */
  record Moment(Instant at, Set<String> held, Set<String> toSkip, Map<String, Integer> limits) {}

  TrafficJudge(TrafficDraft draft, Keys keys, Supplier<Instant> clock, TrafficState state) {
    this.draft = draft;
    this.keys = keys;
    this.clock = clock;
    this.state = state;
  }

  Moment now() {
    Set<String> held = new HashSet<>();
    waiting().filter(it -> !mayBegin(it)).forEach(it -> held.add(it.id));
    Set<String> toSkip = new HashSet<>();
    waiting().filter(this::isToSkip).forEach(it -> toSkip.add(it.id));
    return new Moment(clock.get(), held, toSkip, Map.copyOf(draft.limits));
  }

  private boolean isToSkip(Fired event) {
    return isFull(event.kind.lane())
        && switch (event.kind.whenBusy()) {
          case "reject" -> true;
          case "replace" ->
              waiting().anyMatch(it -> it.kind.equals(event.kind) && it.place > event.place);
          default -> false;
        };
  }

  private Stream<Fired> waiting() {
    return events.values().stream().filter(it -> it.stage == Stage.WAITS);
  }

  private boolean mayBegin(Fired event) {
    return event.override
        || (event.kind.isOpen(clock.get())
            && frozen.keySet().stream().noneMatch(it -> holds(it, event))
            && thawed.entrySet().stream()
                .noneMatch(
                    it ->
                        holds(it.getKey(), event)
                            && clock.get().isBefore(it.getValue().plus(BELIEVED))));
  }

  private static boolean holds(FreezeScope scope, Fired event) {
    return !event.override
        && scope.event().map(event.kind.name()::equals).orElse(true)
        && scope.lane().map(event.kind.lane()::equals).orElse(true);
  }

  private long running(String lane) {
    return events.values().stream()
        .filter(it -> it.stage == Stage.RUNS && it.kind.lane().equals(lane))
        .count();
  }

  private boolean isFull(String lane) {
    return running(lane) >= draft.limits.get(lane);
  }

  Optional<Plan> asking(String id) {
    return Optional.ofNullable(state.plans.get(id)).filter(Plan::isAsking);
  }

  List<String> asking() {
    return state.plans.keySet().stream().filter(id -> asking(id).isPresent()).sorted().toList();
  }

  Optional<Long> planIndex(String id) {
    return Optional.ofNullable(state.planIndexes.get(id));
  }

  /** Those that have not ended, in the order of their acceptance. */
  List<String> unended() {
    return events.values().stream().filter(it -> it.end == null).map(it -> it.id).toList();
  }

  // ---- what is done to it

  void accepted(String id, String name, boolean ahead, boolean override) {
    Fired fired = new Fired(id, draft.kind(name), events.size(), ahead, override);
    assertThat(events.put(id, fired)).as("accepted once").isNull();
  }

  boolean isKnown(String id) {
    return events.containsKey(id) || state.results.containsKey(id);
  }

  void freeze(FreezeScope scope, Optional<Instant> until) {
    frozen.put(scope, until);
  }

  void thaw(FreezeScope scope) {
    if (frozen.remove(scope) != null) {
      thawed.put(scope, clock.get());
    }
  }

  /** Whatever there was. */
  void thawAll() {
    List.copyOf(frozen.keySet()).forEach(this::thaw);
  }

  void cancelled(String id) {
    cancelled.add(id);
  }

  /** Those that have ended and whose results are kept yet. */
  List<String> kept() {
    return events.values().stream()
        .filter(it -> it.stage == Stage.ENDED && !removed.contains(it.id))
        .map(it -> it.id)
        .toList();
  }

  /** Its results were kept for long enough. */
  void removed(String id) {
    removed.add(id);
  }

  /** A vote that its voter was told counts. */
  void voted(String id, Vote vote) {
    Plan plan = asking(id).orElseThrow(() -> new AssertionError("nobody is asked by " + id));
    assertThat(plan.isCancelling()).as("counts though it is cancelled").isFalse();
    assertThat(vote.at()).isBeforeOrEqualTo(plan.voting().orElseThrow().until());
    boolean requester = TrafficDraft.REQUESTER.startsWith(vote.user() + "@");
    assertThat(vote.user()).isIn("alice", "bob", "carol", "root");
    assertThat(requester && plan.event().by().equals(Optional.of(TrafficDraft.REQUESTER)))
        .as("the requester's own vote")
        .isFalse();
    String about = id + "/" + plan.current();
    Vote before = votes.computeIfAbsent(about, no -> new HashMap<>()).put(vote.user(), vote);
    assertThat(before == null || before.equals(vote)).as("one vote for a user").isTrue();
  }

  /** The leader has begun a look for ticks. */
  void tickMayBeFired(String name, Instant tick, Moment when) {
    TrafficDraft.Ticks ticks = draft.kind(name).cron().orElseThrow();
    assertThat(tick.getEpochSecond() % TrafficDraft.Ticks.BETWEEN.toSeconds()).isZero();
    assertThat(looked).as("nothing is fired at the first look").containsKey(name);
    assertThat(tick).isBeforeOrEqualTo(when.at()).isAfterOrEqualTo(when.at().minus(ticks.late()));
  }

  /** A leader has looked for ticks until there were none. */
  void ticked() {
    for (TrafficDraft.Kind kind : draft.kinds) {
      kind.cron()
          .ifPresent(
              ticks -> {
                Instant before = looked.put(kind.name(), clock.get());
                if (before != null) {
                  ticks
                      .due(before, clock.get())
                      .forEach(
                          at ->
                              assertThat(isKnown(TrafficDraft.tickId(kind.name(), at)))
                                  .as("tick %s of %s after %s", at, kind.name(), before)
                                  .isTrue());
                }
              });
    }
  }

  // ---- what came of it

  /** Nobody who leads has done anything. */
  void nothingLed(TrafficState after) {
    Set<String> before = new HashSet<>(state.plans.keySet());
    after.plans.forEach(
        (id, plan) -> {
          assertThat(before).as("begun by nobody").contains(id);
          assertThat(isOpenedSince(id, plan)).as("opened by nobody").isFalse();
        });
    led(after, now());
  }

  private boolean isOpenedSince(String id, Plan plan) {
    Plan before = state.plans.get(id);
    return before == null
        || (plan.isOpen() && (!before.isOpen() || before.current() != plan.current()));
  }

  /** A leader has written, after it had made up its mind at a moment. */
  void led(TrafficState after, Moment when) {
    overFreezes(after);
    Map<String, Fired> ended = new LinkedHashMap<>();
    for (Fired event : events.values()) {
      EventResult result = after.results.get(event.id);
      boolean isFinal = result != null && result.status().isFinal();
      boolean inPlan = after.plans.containsKey(event.id);
      assertThat(isFinal && inPlan).as("%s has ended and is in progress", event.id).isFalse();
      if (event.stage == Stage.ENDED) {
        assertThat(result)
            .as("a final result stays")
            .isEqualTo(removed.contains(event.id) ? null : event.end);
        assertThat(inPlan || after.waiting.contains(event.id))
            .as("%s has ended and comes again", event.id)
            .isFalse();
      } else if (isFinal) {
        event.end = result;
        ended.put(event.id, event);
      } else {
        assertThat(inPlan || after.waiting.contains(event.id)).as("%s is lost", event.id).isTrue();
        assertThat(event.stage == Stage.RUNS && !inPlan).as("%s went back", event.id).isFalse();
      }
    }
    ended.values().stream()
        .filter(it -> it.stage == Stage.WAITS)
        .forEach(it -> endedUnbegun(it, when));
    after.plans.forEach((id, plan) -> judgeOpening(id, plan));
    judgeVotes(after);
    ended.values().forEach(it -> it.stage = Stage.ENDED);
    after.plans.keySet().stream()
        .map(this::known)
        .filter(it -> it.stage == Stage.WAITS)
        .sorted(Comparator.comparing((Fired it) -> !it.ahead).thenComparing(it -> it.place))
        .forEach(it -> begun(it, when));
    after.results.keySet().stream().filter(id -> !events.containsKey(id)).forEach(this::leftOut);
    state = after;
  }

  /** Somebody who does not lead any more has written. */
  static void nothingWritten(TrafficState before, TrafficState after) {
    assertThat(after.indexes).as("by who does not lead").isEqualTo(before.indexes);
  }

  private Fired known(String id) {
    assertThat(events).as("was never accepted").containsKey(id);
    return events.get(id);
  }

  private void overFreezes(TrafficState after) {
    for (FreezeScope scope : List.copyOf(frozen.keySet())) {
      if (!after.freezes.contains(keys.freeze(scope))) {
        Optional<Instant> until = frozen.remove(scope);
        assertThat(until).as("thawed by nobody: %s", scope).isPresent();
        assertThat(until.get()).as("over").isBeforeOrEqualTo(clock.get());
        thawed.put(scope, clock.get());
      }
    }
  }

  private void begun(Fired event, Moment when) {
    assertThat(event.override || event.kind.isOpen(when.at()))
        .as("%s begins beside its window", event.id)
        .isTrue();
    waiting()
        .filter(it -> it != event && it.kind.lane().equals(event.kind.lane()))
        .filter(it -> it.isBefore(event) && !when.held().contains(it.id))
        .findFirst()
        .ifPresent(it -> fail("%s begins before %s".formatted(event.id, it.id)));
    event.stage = Stage.RUNS;
    assertThat(running(event.kind.lane()))
        .as("in progress in lane %s with %s", event.kind.lane(), event.id)
        .isLessThanOrEqualTo(when.limits().get(event.kind.lane()));
  }

  private void judgeOpening(String id, Plan plan) {
    if (isOpenedSince(id, plan)) {
      Fired event = known(id);
      assertThat(frozen.keySet().stream().filter(it -> holds(it, event)).toList())
          .as("%s opened under a freeze", id)
          .isEmpty();
    }
  }

  /** By a cancellation, or by its lane's rule. */
  private void endedUnbegun(Fired event, Moment when) {
    if (event.end.reason().filter(Reason.CANCELLED::equals).isPresent()) {
      assertThat(cancelled).contains(event.id);
      return;
    }
    assertThat(event.end.status()).as(event.id).isEqualTo(Status.SKIP);
    assertThat(when.toSkip())
        .as("%s ends by no rule: %s", event.id, event.end.message())
        .contains(event.id);
  }

  /** A tick that the one before it leaves no room for. */
  private void leftOut(String id) {
    String name = id.substring("cron.".length(), id.lastIndexOf('.'));
    assertThat(draft.kind(name).cron().orElseThrow().skips()).as(id).isTrue();
    if (!state.results.containsKey(id)) {
      assertThat(
              events.values().stream()
                  .filter(it -> it.id.startsWith("cron." + name + "."))
                  .anyMatch(it -> it.stage != Stage.ENDED))
          .as("%s is left out for nothing", id)
          .isTrue();
    }
  }

  /** Votes stand as they were cast, and decide as they stood. */
  private void judgeVotes(TrafficState after) {
    state.plans.forEach(
        (id, before) -> {
          if (before.isAsking()) {
            Plan now = after.plans.get(id);
            boolean decided = now == null || now.current() != before.current();
            Map<String, Vote> cast = votes.getOrDefault(id + "/" + before.current(), Map.of());
            if (decided) {
              decided(id, before, cast, after);
            } else {
              assertThat(now.voting().orElseThrow().votes())
                  .containsExactlyInAnyOrderElementsOf(cast.values());
            }
          }
        });
  }

  private void decided(String id, Plan before, Map<String, Vote> cast, TrafficState after) {
    TaskResult result = after.result(id, before.current()).orElseThrow();
    assertThat(result.approval().orElseThrow().votes())
        .as("counted about %s", id)
        .containsExactlyInAnyOrderElementsOf(cast.values());
    if (before.isCancelling()) {
      assertThat(result.status()).isNotEqualTo(Status.SUCCESS);
      return;
    }
    Approval asked = before.head().approval().orElseThrow();
    boolean against = cast.values().stream().anyMatch(it -> it.choice() == Vote.Choice.DENY);
    boolean enough = !against && cast.size() >= asked.count();
    boolean over = !clock.get().isBefore(before.voting().orElseThrow().until());
    assertThat(against || enough || over).as("%s is decided too early", id).isTrue();
    boolean inTime = asked.onTimeout() == Approval.OnTimeout.APPROVE;
    assertThat(result.status() == Status.SUCCESS)
        .as("%s is approved", id)
        .isEqualTo(!against && (enough || inTime));
  }

  /** A leader that knows all has nothing more to begin or to end. */
  void settled() {
    List<String> due = new ArrayList<>();
    waiting()
        .filter(it -> isToSkip(it) || (!isFull(it.kind.lane()) && mayBegin(it)))
        .forEach(it -> due.add(it.id));
    assertThat(due).as("left waiting").isEmpty();
  }

  boolean isOver() {
    return events.values().stream().allMatch(it -> it.stage == Stage.ENDED);
  }

  void over() {
    assertThat(state.leftovers()).as("left when all has ended").isEmpty();
  }
}
