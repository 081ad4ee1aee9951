package dev.metronome.pipeline.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.consul.ConsulUnavailableException;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Cancellation;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Reason;
import dev.metronome.pipeline.steering.Canceller;
import dev.metronome.testing.FaultyConsul.Fault;
import dev.metronome.testing.Records;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/**
 * Random rollouts over the leader's and the nodes' own transactions, on the embedded Consul: leader
 * and nodes die before and after any of them, health flaps, time passes, operations fail, somebody
 * cancels. A {@link RolloutJudge} knows what may never be. {@code -Drollouts=N} and {@code
 * -Drollouts.seed=S} give others; a failure names its seed.
 */
class RandomRolloutsIT {

  private static final int ROLLOUTS = Integer.getInteger("rollouts", 200);
  private static final long SEED = Long.getLong("rollouts.seed", 20261129);
  private static final int PATIENCE = 5_000;

  /** From this step on nothing goes wrong any more, so that it has to end. */
  private static final int CALM = 600;

  private static final Outcome FAILED = Outcome.error(Reason.FAILED, "exit status 1");
  private static final Cancellation WANTED =
      new Cancellation("anna@desk", Records.NOON, Optional.empty());
  private static final List<Duration> PAUSES =
      List.of(
          Duration.ofSeconds(1),
          Duration.ofSeconds(3),
          Duration.ofSeconds(6),
          Leader.LIMITS.start());

  @AutoClose private final Leader leader = new Leader();
  private final TierHealth health = new TierHealth(leader.consul);
  private final Map<String, ImaginedNode> nodes = new TreeMap<>();
  private final Set<String> registered = new HashSet<>();

  /** What may happen at any moment; a kind of trouble more is a line more. */
  private final List<Trouble> troubles =
      List.of(this::leaderDies, this::nodeDies, this::nodeStarts, this::timePasses);

  private Random random;
  private RolloutDraft draft;
  private RolloutJudge judge;
  private String id;
  private Duration now = Duration.ZERO;
  private int leaders;

  @FunctionalInterface
  private interface Trouble {
    void strike() throws InterruptedException;
  }

  /** The nodes that have the service of a task. */
  private List<String> tier(PlannedTask task) {
    String service = task.service().orElseThrow();
    int size = Integer.parseInt(service.substring(RolloutDraft.TIER.length()));
    List<String> names = IntStream.range(0, size).mapToObj("n%02d"::formatted).toList();
    for (String name : names) {
      nodes.computeIfAbsent(name, n -> new ImaginedNode(leader.consul, leader.keys, n));
      if (registered.add(name + service)) {
        leader.service(name, service, service, null);
      }
    }
    return names;
  }

  private Map<String, NodeResult> results(int no) {
    Map<String, NodeResult> results = new HashMap<>();
    String prefix = leader.keys.result(id, no) + "/";
    for (Entry entry : leader.member.connection().list(prefix).value()) {
      String node = entry.key().substring(prefix.length());
      if (!node.contains("/")) {
        results.put(node, Json.read(entry.key(), entry.value(), NodeResult.class));
      }
    }
    return results;
  }

  /** The leader's next step, in whose midst it may die: before a transaction is done, or after. */
  private void lead(boolean dies) {
    Plan before = leader.plan(id).orElseThrow();
    judge.head().look(leaders, now);
    boolean late = !judge.isCancelling() && judge.head().isOverdue(now);
    if (dies) {
      Fault fault = random.nextBoolean() ? Fault.FAILING : Fault.REPLY_LOST;
      leader.faulty.after(random.nextInt(3), "\"check-session\"", fault);
    }
    try {
      leader.advance();
    } catch (ConsulUnavailableException e) {
      leader.faulty.heal();
      succeed();
      late = false;
    } finally {
      leader.faulty.heal();
    }
    Optional<Plan> after = leader.plan(id);
    judge.led(before, after, no -> leader.result(id, no), now);
    assertThat(late && after.equals(Optional.of(before))).as("waits beyond its time").isFalse();
  }

  private void succeed() {
    leaders++;
    leader.succeed();
  }

  private void leaderDies() {
    lead(true);
    succeed();
  }

  private Optional<ImaginedNode> some(boolean alive) {
    List<ImaginedNode> all = nodes.values().stream().filter(n -> n.isAlive() == alive).toList();
    return all.isEmpty() ? Optional.empty() : Optional.of(all.get(random.nextInt(all.size())));
  }

  /** Rather one that is at work. */
  private void nodeDies() {
    nodes.values().stream()
        .filter(node -> node.running().isPresent())
        .findFirst()
        .filter(node -> random.nextInt(4) > 0)
        .or(() -> some(true))
        .ifPresent(
            node -> {
              judge.head().over(node.name);
              node.die();
            });
  }

  private void nodeStarts() {
    some(false).ifPresent(ImaginedNode::start);
  }

  private void timePasses() {
    elapse(PAUSES.get(random.nextInt(PAUSES.size())));
  }

  private void elapse(Duration time) {
    leader.elapse(time);
    leader.clock.forward(time);
    now = now.plus(time);
    if (judge.isCancelling() && time.compareTo(Leader.LIMITS.cancel()) >= 0) {
      judge.head().givenUp();
    }
  }

  /** A check of a node of the task at the head, or of its instance there, is another, or gone. */
  private void healthFlaps() {
    PlannedTask task = judge.head().task;
    List<String> tier = tier(task);
    String service = task.service().orElseThrow();
    List<String> sick = tier.stream().filter(node -> !health.isWell(node, service)).toList();
    boolean heals = !sick.isEmpty() && random.nextInt(3) > 0;
    List<String> some = heals ? sick : tier;
    String node = some.get(random.nextInt(some.size()));
    if (heals) {
      health.recover(node);
    } else {
      String of = random.nextBoolean() ? service : "";
      switch (random.nextInt(4)) {
        case 0 -> health.remove(node, of);
        case 1 -> health.set(node, of, "warning");
        case 2 -> health.set(node, of, "passing");
        default -> health.set(node, of, "critical");
      }
    }
    if (leader.plan(id).isPresent() && random.nextBoolean()) {
      lead(false);
    }
  }

  private void cancel() {
    new Canceller(leader.member.connection(), leader.keys).cancel(id, WANTED);
    judge.cancelled();
  }

  /** Nodes begin and end what they have to do; returns whether one did. */
  private boolean work() throws InterruptedException {
    boolean worked = false;
    Map<String, Entry> assigned = new HashMap<>();
    for (Entry entry : leader.member.connection().list(leader.keys.nodes()).value()) {
      if (entry.value().length > 0) {
        assigned.put(entry.key(), entry);
      }
    }
    for (ImaginedNode node : nodes.values()) {
      if (node.isAlive() && random.nextInt(3) > 0) {
        if (node.running().isPresent()) {
          judge.head().over(node.name);
          node.finish(draft.fails(judge.head().task) ? FAILED : Outcome.success());
          worked = true;
        } else {
          Entry entry = assigned.get(leader.keys.assignment(node.name, Keys.COMMON_LANE));
          if (entry != null) {
            node.take(entry).ifPresent(taken -> judge.begun(taken.task().no(), node.name));
            worked = true;
          }
        }
      }
    }
    return worked;
  }

  private void roll(int round) throws InterruptedException {
    id = "e" + round;
    draft = new RolloutDraft(random);
    List<PlannedTask> tasks = draft.tasks;
    tasks.forEach(this::tier);
    if (random.nextBoolean()) {
      health.recover();
    }
    judge =
        new RolloutJudge(
            tasks,
            this::tier,
            (task, batches) -> new TaskJudge(task, batches, health, () -> results(task.no())));
    leader.dispatched(Plan.of(Records.event(id), leader.clock.instant(), "", tasks));
    judge.dispatched(leader.plan(id).orElseThrow(), now);
    for (int i = 0; leader.plan(id).isPresent(); i++) {
      assertThat(i).as("steps until it ends").isLessThan(PATIENCE);
      step(i);
    }
    judge.ended(leader.result(id));
    leader.connection.commit(new Transaction().deleteTree(leader.keys.result(id)));
    nodes.values().stream().filter(node -> !node.isAlive()).forEach(ImaginedNode::start);
  }

  private void step(int i) throws InterruptedException {
    if (draft.cancels(judge.head().task)) {
      cancel();
    }
    if (i < CALM && random.nextInt(100) < draft.trouble) {
      troubles.get(random.nextInt(troubles.size())).strike();
      return;
    }
    if (i < CALM && random.nextInt(100) < draft.flapping) {
      healthFlaps();
      return;
    }
    if (i == CALM) {
      health.recover();
    }
    if (i > CALM) {
      nodeStarts();
    }
    boolean worked = work();
    if (worked || random.nextInt(3) == 0) {
      lead(false);
    }
    if (!worked) {
      elapse(Duration.ofSeconds(random.nextInt(i > CALM ? 60 : 4)));
    }
  }

  @Test
  void whatever_dies_flaps_or_fails_nothing_runs_twice_too_early_or_too_much_and_all_ends()
      throws Exception {
    for (int round = 0; round < ROLLOUTS; round++) {
      random = new Random(SEED + round);
      try {
        roll(round);
      } catch (AssertionError e) {
        throw new AssertionError("-Drollouts=1 -Drollouts.seed=" + (SEED + round), e);
      }
    }
    nodes.values().forEach(ImaginedNode::close);
  }
}
