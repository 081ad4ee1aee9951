package dev.metronome.pipeline.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Status;
import dev.metronome.model.schedule.OperationTypes;
import dev.metronome.model.schedule.Schedule;
import dev.metronome.model.schedule.ScheduleReader;
import dev.metronome.model.schedule.Variables;
import dev.metronome.pipeline.queue.EventQueue;
import dev.metronome.testing.Member;
import dev.metronome.testing.NodeStates;
import dev.metronome.testing.Records;
import dev.metronome.testing.SettableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Lanes of services that have nothing in common, on eight imagined nodes that work for half a
 * second each by a clock of the test's: time passes only when there is nothing else to do.
 */
class LanesSideBySideIT {

  private static final int NODES = 8;
  private static final Duration WORK = Duration.ofMillis(500);

  @TempDir private Path folder;
  @AutoClose private final EmbeddedConsul consul = EmbeddedConsul.start();
  @AutoClose private final DefaultCamelContext context = new DefaultCamelContext();
  @AutoClose private final ConsulConnection others = Member.connection(consul, "others");
  private final Keys keys = new Keys(Keys.DEFAULT_PREFIX);
  private final SettableClock clock = new SettableClock(Records.NOON);
  private final AtomicLong nanos = new AtomicLong(1_000_000_000_000L);
  private final EventQueue events = new EventQueue(others, keys, clock);
  private final List<ImaginedNode> nodes = new ArrayList<>();
  private final Map<String, Instant> ends = new HashMap<>();

  @AutoClose
  private final Member first = Member.of(Member.connection(consul, "l1"), "l1", "no-agent").join();

  @AutoClose
  private final Member second = Member.of(Member.connection(consul, "l2"), "l2", "no-agent").join();

  private Schedule schedule;

  @BeforeEach
  void define() throws IOException {
    StringBuilder text = new StringBuilder("events:\n");
    for (int i = 0; i < NODES; i++) {
      text.append(
          """
            one%1$d: {ordered_tasks: [{service: s%1$d, task: t}]}
            own%1$d: {lane: l%1$d, ordered_tasks: [{service: s%1$d, task: t}]}
          """
              .formatted(i));
      nodes.add(new ImaginedNode(consul, keys, "n" + i));
      NodeStates.serviceWithoutTags(consul, "n" + i, "s" + i);
    }
    Path file = folder.resolve("ops/task.yml");
    Files.createDirectories(file.getParent());
    Files.writeString(file, text + "tasks: {t: {operations: [{echo: {text: a}}]}}\n");
    schedule =
        new ScheduleReader(OperationTypes.builtIn(), Variables.none())
            .read(List.of(file))
            .schedule();
  }

  @AfterEach
  void close() {
    nodes.forEach(ImaginedNode::close);
  }

  private TrafficLeader leading(Member member) {
    TrafficLeader leader =
        new TrafficLeader(member, keys, () -> schedule, clock, nanos::get, context);
    leader.lead();
    return leader;
  }

  private boolean works() throws InterruptedException {
    boolean worked = false;
    for (ImaginedNode node : nodes) {
      if (node.running().isPresent()) {
        if (!clock.instant().isBefore(ends.get(node.name))) {
          node.finish(Outcome.success());
          worked = true;
        }
        continue;
      }
      Optional<Entry> assigned =
          others.list(keys.node(node.name)).value().stream()
              .filter(entry -> entry.value().length > 0)
              .findFirst();
      if (assigned.isPresent() && node.take(assigned.get()).isPresent()) {
        ends.put(node.name, clock.instant().plus(WORK));
        worked = true;
      }
    }
    return worked;
  }

  /** What the leader's routes do, once. */
  private static boolean leads(TrafficLeader leader) {
    leader.look();
    boolean led = leader.dispatch().filter(leader::put).isPresent();
    for (Progress read : leader.inProgress()) {
      led |= leader.put(leader.advance(read));
    }
    return led;
  }

  private boolean isEnded(String id) {
    return others
        .get(keys.result(id))
        .map(entry -> Json.read(entry.key(), entry.value(), EventResult.class))
        .filter(result -> result.status() == Status.SUCCESS)
        .isPresent();
  }

  /** How long it takes until all have ended. */
  private Duration time(TrafficLeader leader, List<String> ids) throws InterruptedException {
    Instant begun = clock.instant();
    while (!ids.stream().allMatch(this::isEnded)) {
      boolean led = leads(leader);
      if (!works() && !led) {
        clock.forward(WORK);
        nanos.addAndGet(WORK.toNanos());
      }
    }
    return Duration.between(begun, clock.instant());
  }

  private List<String> fired(String name) {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < NODES; i++) {
      String id = name + "-" + i;
      events.accept(Records.event(id, name + i));
      ids.add(id);
    }
    return ids;
  }

  @Test
  void eight_lanes_are_at_least_four_times_as_fast_as_one() throws Exception {
    TrafficLeader leader = leading(first);

    Duration one = time(leader, fired("one"));
    Duration own = time(leader, fired("own"));

    assertThat(one).isGreaterThanOrEqualTo(WORK.multipliedBy(NODES));
    assertThat(own.multipliedBy(4)).isLessThanOrEqualTo(one);
  }

  @Test
  void a_leader_that_dies_between_the_beginnings_in_two_lanes_leaves_each_as_it_is()
      throws Exception {
    events.accept(Records.event("a", "own0"));
    events.accept(Records.event("b", "own1"));
    TrafficLeader dead = leading(first);
    assertThat(dead.put(dead.dispatch().orElseThrow())).isTrue();
    Step about = dead.dispatch().orElseThrow();
    dead.loseLock();
    TrafficLeader leader = leading(second);

    assertThat(dead.put(about)).as("by who does not lead").isFalse();
    assertThat(leader.inProgress())
        .extracting(read -> read.plan().event().id())
        .containsExactly("a");
    assertThat(time(leader, List.of("a", "b"))).isEqualTo(WORK);
    assertThat(leader.inProgress()).isEmpty();
  }
}
