package dev.metronome.pipeline.dispatch;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Transaction;
import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.Cancellation;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Freeze;
import dev.metronome.model.record.FreezeScope;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Vote;
import dev.metronome.model.schedule.Schedule;
import dev.metronome.model.signature.EventSignatures;
import dev.metronome.pipeline.claim.Claims;
import dev.metronome.pipeline.queue.EventQueue;
import dev.metronome.pipeline.queue.Queue;
import dev.metronome.pipeline.steering.Canceller;
import dev.metronome.pipeline.steering.Voter;
import dev.metronome.pipeline.traffic.Freezes;
import dev.metronome.pipeline.traffic.Tick;
import dev.metronome.testing.Member;
import dev.metronome.testing.NodeStates;
import dev.metronome.testing.Records;
import dev.metronome.testing.SettableClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random histories of events in lanes, with freezes, windows, ticks, approvals, cancellations and
 * leaders that die, or are paused and write later, over the agents' own transactions on the
 * embedded Consul. A {@link TrafficJudge} knows what may be. {@code -Dhistories=N} and {@code
 * -Dhistories.seed=S} give others; a failure names its seed and all that was done.
 */
class RandomTrafficIT {

  private static final int HISTORIES = Integer.getInteger("histories", 100);
  private static final long SEED = Long.getLong("histories.seed", 20261130);

  /** What is deleted is scanned for a while: then another Consul is better. */
  private static final int IN_ONE_CONSUL = 100;

  private static final int ACTIONS = 40;
  private static final int PATIENCE = 5_000;
  private static final List<String> NODES = List.of("n0", "n1", "n2");
  private static final List<Duration> PAUSES =
      List.of(
          Duration.ofSeconds(1),
          Duration.ofSeconds(7),
          Duration.ofSeconds(40),
          Duration.ofMinutes(4),
          Duration.ofMinutes(25));

  @TempDir private Path folder;
  private final DefaultCamelContext context = new DefaultCamelContext();
  private final List<Member> leaders = new ArrayList<>();
  private final Map<String, Member> nodes = new TreeMap<>();
  private EmbeddedConsul consul;
  private ConsulConnection others;

  /** What a leader is about to write. */
  private record Pending(TrafficLeader leader, Step step, TrafficJudge.Moment when) {}

  /** One history. */
  private final class History {
    private final Random random;
    private final Keys keys;
    private final TrafficDraft draft;
    private Schedule schedule;
    private final TrafficJudge judge;
    private final SettableClock clock = new SettableClock(Records.NOON.minusSeconds(5));
    private final AtomicLong nanos = new AtomicLong(1_000_000_000_000L);
    private final List<String> done = new ArrayList<>();

    /** Ticks that were fired and not noted yet: the results of these are kept. */
    private final Set<String> unnoted = new HashSet<>();

    private final Map<String, Claims> claims = new TreeMap<>();
    private final Map<String, Assignment> running = new TreeMap<>();
    private final EventQueue door;
    private final Freezes freezes;
    private TrafficLeader leader;
    private Optional<Pending> pending = Optional.empty();
    private Optional<Voter.Wish> stale = Optional.empty();
    private Plan staleRead;
    private long staleIndex;
    private int fired;

    History(long seed, int no) throws IOException {
      random = new Random(seed);
      keys = new Keys("h" + no + "/");
      draft = new TrafficDraft(random);
      schedule = draft.schedule(folder);
      door = new EventQueue(others, keys, clock);
      freezes = new Freezes(others, keys);
      judge = new TrafficJudge(draft, keys, clock::instant, state());
      for (String node : NODES) {
        Member member = nodes.get(node);
        claims.put(
            node,
            new Claims(
                member.connection(),
                member.sessions(),
                keys,
                node,
                node + "/1",
                clock,
                (event, task) -> true));
      }
    }

    private TrafficState state() {
      return new TrafficState(keys, others.list(keys.prefix()).value());
    }

    private void say(String what) {
      done.add(clock.instant() + " " + what);
    }

    private <T> T one(List<T> some) {
      return some.get(random.nextInt(some.size()));
    }

    private String who() {
      return leader.member.node();
    }

    // ---- the leader

    /** Another process with a session of its own, never that of one who may still write. */
    private void succeed() {
      List<Member> free =
          leaders.stream()
              .filter(it -> leader == null || it != leader.member)
              .filter(it -> pending.isEmpty() || it != pending.get().leader().member)
              .toList();
      if (leader != null) {
        leader.loseLock();
      }
      leader = new TrafficLeader(one(free), keys, () -> schedule, clock, nanos::get, context);
      leader.lead();
      say(who() + " leads");
    }

    private void dies() {
      pending = pending.filter(it -> it.leader() != leader);
      succeed();
      judge.nothingLed(state());
    }

    /** It goes on later, and has not noticed. */
    private void isPaused() {
      if (pending.isEmpty()) {
        leader.look();
        TrafficJudge.Moment when = judge.now();
        leader
            .dispatch()
            .or(
                () ->
                    leader.inProgress().stream()
                        .map(leader::advance)
                        .filter(Step::isDue)
                        .findFirst())
            .ifPresent(step -> pending = Optional.of(new Pending(leader, step, when)));
      }
      succeed();
      judge.nothingLed(state());
    }

    private void look() {
      if (random.nextInt(4) > 0) {
        leader.look();
      }
    }

    private void dispatch() {
      look();
      TrafficJudge.Moment when = judge.now();
      leader.dispatch().ifPresent(step -> writeOrPause(step, when));
    }

    private void advance() {
      look();
      for (Progress read : leader.inProgress()) {
        TrafficJudge.Moment when = judge.now();
        Step step = leader.advance(read);
        if (step.isDue()) {
          writeOrPause(step, when);
        }
      }
    }

    private void writeOrPause(Step step, TrafficJudge.Moment when) {
      if (pending.isEmpty() && random.nextInt(8) == 0) {
        pending = Optional.of(new Pending(leader, step, when));
        say(who() + " is about to write " + words(step));
      } else {
        write(leader, step, when);
      }
    }

    private void write(TrafficLeader by, Step step, TrafficJudge.Moment when) {
      TrafficState before = by == leader ? null : state();
      boolean written = by.put(step);
      say(by.member.node() + (written ? " writes " : " is refused ") + words(step));
      if (by == leader) {
        judge.led(state(), when);
      } else {
        TrafficJudge.nothingWritten(before, state());
      }
    }

    private String words(Step step) {
      return step.moves().stream()
          .map(
              move ->
                  move.eventId()
                      + (move.isDispatch() ? " begins" : "")
                      + (move.finished().event().isPresent()
                          ? " ends"
                          : move.plan().map(it -> " at " + it.current()).orElse("")))
          .toList()
          .toString();
    }

    private void goesOn() {
      pending.ifPresent(
          it -> {
            pending = Optional.empty();
            write(it.leader(), it.step(), it.when());
          });
    }

    private void ticks() {
      int quiet = 0;
      while (quiet < 6) {
        TrafficJudge.Moment when = judge.now();
        List<Tick> due = leader.cron.due();
        quiet = due.isEmpty() ? quiet + 1 : 0;
        for (Tick tick : due) {
          judge.tickMayBeFired(tick.name(), tick.at(), when);
          if (dyingHere()) {
            return;
          }
          Queue.Receipt receipt = leader.events.accept(tick.event());
          unnoted.add(tick.event().id());
          say("tick " + tick.event().id() + " " + receipt);
          if (receipt == Queue.Receipt.ACCEPTED) {
            judge.accepted(tick.event().id(), tick.name(), false, false);
          }
          if (dyingHere()) {
            return;
          }
          leader.cron.fired(tick);
          unnoted.remove(tick.event().id());
        }
      }
      judge.nothingLed(state());
      judge.ticked();
    }

    private boolean dyingHere() {
      if (random.nextInt(10) > 0) {
        return false;
      }
      dies();
      return true;
    }

    // ---- everybody else

    private void fire() {
      TrafficDraft.Kind kind = one(draft.kinds);
      boolean ahead = random.nextInt(5) == 0;
      boolean override = random.nextInt(8) == 0;
      Event event =
          Event.of(
              "f" + fired++,
              kind.name(),
              Map.of(),
              clock.instant(),
              "fire",
              TrafficDraft.REQUESTER);
      event = ahead ? event.ahead(true) : event;
      event = override ? event.overriding(Optional.of("it must")) : event;
      say(
          "fire "
              + event.id()
              + " "
              + kind.name()
              + (ahead ? " ahead" : "")
              + (override ? " override" : ""));
      door.accept(event);
      judge.accepted(event.id(), kind.name(), ahead, override);
      judge.nothingLed(state());
    }

    /** Somebody edits the task files, or the history goes. */
    private void filesOrHistoryChange() throws IOException, InterruptedException {
      if (random.nextBoolean()) {
        draft.limit(random);
        schedule = draft.schedule(folder);
        say("limits " + draft.limits);
        return;
      }
      for (int i = 0; i < 8; i++) {
        lead();
        work();
      }
      for (String id : judge.kept()) {
        if (!unnoted.contains(id)) {
          others.commit(
              new Transaction()
                  .delete(keys.result(id))
                  .deleteTree(keys.result(id) + "/")
                  .delete(keys.endedPlan(id)));
          judge.removed(id);
        }
      }
      say("the history goes");
      succeed();
      judge.nothingLed(state());
      ticks();
    }

    private FreezeScope scope() {
      return switch (random.nextInt(3)) {
        case 0 -> FreezeScope.ALL;
        case 1 -> FreezeScope.event(one(draft.kinds).name());
        default -> FreezeScope.lane(one(draft.kinds).lane());
      };
    }

    private void freeze() {
      FreezeScope scope = scope();
      Optional<Instant> until =
          random.nextBoolean()
              ? Optional.of(clock.instant().plusSeconds(random.nextInt(600)))
              : Optional.empty();
      say("freeze " + scope.subject() + " until " + until);
      freezes.freeze(Freeze.of(scope, "root@host", clock.instant(), "moving", until));
      judge.freeze(scope, until);
      judge.nothingLed(state());
    }

    private void thaw(FreezeScope scope) {
      say("thaw " + scope.subject());
      freezes.thaw(scope);
      judge.thaw(scope);
      judge.nothingLed(state());
    }

    private void cancel() {
      List<String> unended = judge.unended();
      if (!unended.isEmpty()) {
        String id = one(unended);
        say("cancel " + id);
        judge.cancelled(id);
        new Canceller(others, keys)
            .cancel(id, new Cancellation("anna@desk", clock.instant(), Optional.empty()));
        judge.nothingLed(state());
      }
    }

    private void vote() {
      if (stale.isPresent()) {
        voteLate();
        return;
      }
      List<String> asking = judge.asking();
      if (asking.isEmpty()) {
        return;
      }
      String id = one(asking);
      String user = one(TrafficDraft.USERS.keySet().stream().sorted().toList());
      Voter.Wish wish =
          new Voter.Wish(
              id,
              user + "@desk",
              TrafficDraft.USERS.get(user),
              random.nextInt(5) == 0 ? Vote.Choice.DENY : Vote.Choice.APPROVE,
              clock.instant(),
              Optional.empty());
      if (random.nextInt(4) == 0 && List.of("alice", "bob").contains(user)) {
        staleRead = judge.asking(id).orElseThrow();
        staleIndex = judge.planIndex(id).orElseThrow();
        stale = Optional.of(wish);
        return;
      }
      Voter.Answer answer = new Voter(others, keys, EventSignatures.none()).vote(wish);
      say(user + " votes about " + id + ": " + answer.getClass().getSimpleName());
      if (answer instanceof Voter.Answer.Counted counted) {
        judge.voted(id, counted.vote());
      }
      judge.nothingLed(state());
    }

    /** Somebody who has read the plan a while ago, and whose machine was paused since. */
    private void voteLate() {
      Voter.Wish wish = stale.orElseThrow();
      stale = Optional.empty();
      Instant until = staleRead.voting().orElseThrow().until();
      boolean known =
          staleRead.isCancelling()
              || wish.at().isAfter(until)
              || staleRead.voting().orElseThrow().votes().stream()
                  .anyMatch(it -> wish.by().startsWith(it.user() + "@"));
      if (known) {
        return;
      }
      Vote vote =
          Vote.of(
              wish.eventId(),
              staleRead.current(),
              wish.by(),
              wish.groups(),
              wish.choice(),
              wish.at(),
              Optional.empty());
      boolean taken =
          others
              .commit(
                  Voter.casting(
                      keys,
                      staleRead,
                      keys.plan(staleRead.slot()),
                      staleIndex,
                      vote,
                      Optional.empty()))
              .isDone();
      say(wish.by() + " votes late about " + wish.eventId() + ": " + taken);
      if (taken) {
        judge.voted(wish.eventId(), vote);
      }
      judge.nothingLed(state());
    }

    private boolean work() throws InterruptedException {
      boolean worked = false;
      List<Entry> assigned =
          others.list(keys.nodes()).value().stream()
              .filter(entry -> entry.value().length > 0)
              .sorted(Comparator.comparingLong(Entry::modifyIndex))
              .toList();
      for (String node : NODES) {
        if (running.containsKey(node)) {
          worked = true;
          if (random.nextInt(3) > 0) {
            Outcome how =
                random.nextInt(8) == 0
                    ? Outcome.error(Reason.FAILED, "exit status 1")
                    : Outcome.success();
            Assignment over = running.remove(node);
            say(node + " ends " + over.taskId());
            claims.get(node).finish(over.taskId(), how, "it is over");
          }
        } else {
          worked |= take(node, assigned);
        }
      }
      judge.nothingLed(state());
      return worked;
    }

    /** What was assigned first. */
    private boolean take(String node, List<Entry> assigned) throws InterruptedException {
      Optional<Entry> first =
          assigned.stream().filter(entry -> entry.key().startsWith(keys.node(node))).findFirst();
      if (first.isPresent()) {
        Entry entry = first.get();
        Assignment assignment = Json.read(entry.key(), entry.value(), Assignment.class);
        if (claims.get(node).take(assignment, entry.modifyIndex())) {
          running.put(node, assignment);
          say(node + " begins " + assignment.taskId());
        }
      }
      return first.isPresent();
    }

    private void elapse(Duration time) {
      clock.forward(time);
      nanos.addAndGet(time.toNanos());
    }

    // ---- all of it

    private void live() throws InterruptedException, IOException {
      succeed();
      ticks();
      for (int i = 0; i < ACTIONS; i++) {
        act();
      }
      calm();
    }

    private void act() throws InterruptedException, IOException {
      int what = random.nextInt(100);
      if (what < 20) {
        fire();
      } else if (what < 40) {
        dispatch();
      } else if (what < 55) {
        advance();
      } else if (what < 70) {
        work();
      } else if (what < 77) {
        elapse(one(PAUSES));
        if (random.nextBoolean()) {
          ticks();
        }
      } else if (what < 81) {
        if (random.nextBoolean()) {
          freeze();
        } else {
          thaw(scope());
        }
      } else if (what < 84) {
        cancel();
      } else if (what < 89) {
        vote();
      } else if (what < 92) {
        ticks();
      } else if (what < 94) {
        goesOn();
      } else if (what < 95) {
        dies();
      } else if (what < 97) {
        isPaused();
      } else if (what < 98) {
        filesOrHistoryChange();
      } else {
        settle();
      }
    }

    /** A leader that knows all begins all that may begin. */
    private void settle() {
      elapse(Duration.ofSeconds(1));
      boolean more = true;
      for (int i = 0; more; i++) {
        if (i > PATIENCE) {
          throw new AssertionError("it goes on beginning");
        }
        leader.look();
        TrafficJudge.Moment when = judge.now();
        Optional<Step> step = leader.dispatch();
        more = step.isPresent();
        step.ifPresent(it -> write(leader, it, when));
      }
      judge.settled();
    }

    /** A leader that knows all does all that is due. */
    private void lead() {
      settle();
      for (Progress read : leader.inProgress()) {
        TrafficJudge.Moment when = judge.now();
        Step step = leader.advance(read);
        if (step.isDue()) {
          write(leader, step, when);
        }
      }
    }

    /** Nobody disturbs any more: all has to end. */
    private void calm() throws InterruptedException {
      goesOn();
      leader.look();
      Stream.concat(
              Stream.of(FreezeScope.ALL),
              draft.kinds.stream()
                  .flatMap(
                      it -> Stream.of(FreezeScope.event(it.name()), FreezeScope.lane(it.lane()))))
          .distinct()
          .forEach(freezes::thaw);
      judge.thawAll();
      for (int i = 0; !judge.isOver(); i++) {
        if (i > PATIENCE) {
          throw new AssertionError("never ends: " + judge.unended());
        }
        lead();
        if (!judge.isOver() && !work()) {
          elapse(Duration.ofMinutes(10));
        }
      }
      work();
      judge.over();
    }
  }

  private void open() {
    consul = EmbeddedConsul.start();
    others = Member.connection(consul, "others");
    for (int i = 0; i < 3; i++) {
      leaders.add(Member.of(Member.connection(consul, "l" + i), "l" + i, "no-agent").join());
    }
    for (String node : NODES) {
      nodes.put(node, Member.joined(consul, node));
      NodeStates.serviceWithoutTags(consul, node, node.equals("n0") ? "app" : "db");
    }
    NodeStates.serviceWithoutTags(consul, "n1", "app");
  }

  @AfterEach
  void close() {
    if (consul != null) {
      leaders.forEach(Member::close);
      nodes.values().forEach(Member::close);
      others.close();
      consul.close();
      leaders.clear();
      nodes.clear();
      consul = null;
    }
  }

  @Test
  void whatever_happens_lanes_freezes_windows_ticks_and_votes_are_kept_to_and_all_ends()
      throws Exception {
    for (int no = 0; no < HISTORIES; no++) {
      if (no % IN_ONE_CONSUL == 0) {
        close();
        open();
      }
      History history = new History(SEED + no, no);
      try {
        history.live();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(
            "-Dhistories=1 -Dhistories.seed=%d%n%s%n%s%n%s"
                .formatted(
                    SEED + no,
                    history.draft.text(),
                    String.join("\n", history.done),
                    e.getMessage()),
            e);
      }
      others.commit(new Transaction().deleteTree(history.keys.prefix()));
    }
  }
}
