package dev.metronome.pipeline.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.consul.ConsulUnavailableException;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.Batching;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.NodeSelector;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Rollout;
import dev.metronome.model.record.Share;
import dev.metronome.testing.FaultyConsul.Fault;
import dev.metronome.testing.Records;
import java.time.Duration;
import java.util.ArrayList;
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
 * and nodes die before and after any of them, time passes, operations fail. A {@link RolloutJudge}
 * knows what may never be. {@code -Drollouts=N} and {@code -Drollouts.seed=S} give others; a
 * failure names its seed.
 */
class RandomRolloutsIT {

  private static final int ROLLOUTS = Integer.getInteger("rollouts", 200);
  private static final long SEED = Long.getLong("rollouts.seed", 20261129);
  private static final int NODES = 40;
  private static final int PATIENCE = 5_000;
  private static final Outcome FAILED = Outcome.error(Reason.FAILED, "exit status 1");
  private static final List<Duration> PAUSES =
      List.of(
          Duration.ofSeconds(1),
          Duration.ofSeconds(3),
          Duration.ofSeconds(6),
          Leader.LIMITS.start());

  @AutoClose private final Leader leader = new Leader();
  private final Map<String, ImaginedNode> nodes = new TreeMap<>();
  private final Set<String> registered = new HashSet<>();

  /** What may happen at any moment; a kind of trouble more is a line more. */
  private final List<Trouble> troubles =
      List.of(this::leaderDies, this::nodeDies, this::nodeStarts, this::timePasses);

  private Random random;
  private RolloutJudge judge;

  @FunctionalInterface
  private interface Trouble {
    void strike() throws InterruptedException;
  }

  private List<String> tier(int size) {
    List<String> names = IntStream.range(0, size).mapToObj("n%02d"::formatted).toList();
    for (String name : names) {
      nodes.computeIfAbsent(name, n -> new ImaginedNode(leader.consul, leader.keys, n));
      if (registered.add(name + size)) {
        leader.service(name, "tier" + size, "tier" + size, null);
      }
    }
    return names;
  }

  private Share share(int most) {
    return random.nextBoolean()
        ? new Share(1 + random.nextInt(most), false)
        : new Share(1 + random.nextInt(100), true);
  }

  private static PlannedTask task(int no, int tier, Batching batching) {
    return new PlannedTask(
        no,
        "web",
        "install",
        new NodeSelector(Optional.of("tier" + tier), Optional.empty()),
        new Rollout(true, false, false, 1),
        batching);
  }

  private Map<String, NodeResult> results(String id) {
    Map<String, NodeResult> results = new HashMap<>();
    String prefix = leader.keys.result(id, 0) + "/";
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
    if (dies) {
      Fault fault = random.nextBoolean() ? Fault.FAILING : Fault.REPLY_LOST;
      leader.faulty.after(random.nextInt(3), "\"check-session\"", fault);
    }
    try {
      leader.advance();
    } catch (ConsulUnavailableException e) {
      leader.faulty.heal();
      leader.succeed();
    } finally {
      leader.faulty.heal();
    }
  }

  private void leaderDies() {
    lead(true);
    leader.succeed();
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
              judge.over(node.name);
              node.die();
            });
  }

  private void nodeStarts() {
    some(false).ifPresent(ImaginedNode::start);
  }

  private void timePasses() {
    leader.elapse(PAUSES.get(random.nextInt(PAUSES.size())));
  }

  /** Nodes begin and end what they have to do; returns whether one did. */
  private boolean work(int failing) throws InterruptedException {
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
          judge.over(node.name);
          node.finish(random.nextInt(100) < failing ? FAILED : Outcome.success());
          worked = true;
        } else {
          Entry entry = assigned.get(leader.keys.assignment(node.name, Keys.COMMON_LANE));
          if (entry != null) {
            node.take(entry).ifPresent(assignment -> begun(node.name, assignment));
            worked = true;
          }
        }
      }
    }
    return worked;
  }

  private void begun(String node, Assignment assignment) {
    if (assignment.task().no() == 0) {
      judge.begun(node);
    } else {
      judge.followed();
    }
  }

  private void roll(int round) throws InterruptedException {
    String id = "e" + round;
    double draw = random.nextDouble();
    List<String> names = tier(1 + (int) (NODES * draw * draw * draw));
    List<Share> serial = new ArrayList<>();
    int sizes = 1 + random.nextInt(3);
    for (int i = 0; i < sizes; i++) {
      serial.add(share(8));
    }
    Share mayFail = random.nextInt(3) == 0 ? share(5) : new Share(random.nextInt(3), false);
    int failing = new int[] {0, 3, 15, 40}[random.nextInt(4)];
    int trouble = new int[] {0, 10, 30}[random.nextInt(3)];
    Batching batching =
        new Batching(serial, Optional.empty(), Optional.empty(), Optional.of(mayFail));
    judge = new RolloutJudge(names, serial, mayFail, () -> results(id));
    List<PlannedTask> tasks = List.of(task(0, names.size(), batching), task(1, 1, Batching.NONE));
    leader.dispatched(Plan.of(Records.event(id), Records.NOON, "", tasks));
    for (int i = 0; leader.plan(id).isPresent(); i++) {
      assertThat(i).as("steps until it ends").isLessThan(PATIENCE);
      if (random.nextInt(100) < trouble) {
        troubles.get(random.nextInt(troubles.size())).strike();
        continue;
      }
      if (i > 200) {
        nodeStarts();
        timePasses();
      }
      if (work(failing) || random.nextInt(3) == 0) {
        lead(false);
      }
    }
    judge.ended(leader.result(id, 0), leader.result(id).status());
    leader.connection.commit(new Transaction().deleteTree(leader.keys.result(id)));
    for (ImaginedNode node : nodes.values()) {
      if (!node.isAlive()) {
        node.start();
      }
    }
  }

  @Test
  void whatever_dies_no_more_than_a_batch_is_at_work_and_every_event_ends() throws Exception {
    tier(1);
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
