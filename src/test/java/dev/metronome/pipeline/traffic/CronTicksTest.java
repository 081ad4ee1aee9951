package dev.metronome.pipeline.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Transaction;
import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.model.record.Cancellation;
import dev.metronome.model.record.CronState;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Status;
import dev.metronome.model.schedule.OperationTypes;
import dev.metronome.model.schedule.Schedule;
import dev.metronome.model.schedule.ScheduleReader;
import dev.metronome.model.schedule.Variables;
import dev.metronome.pipeline.membership.Leadership;
import dev.metronome.pipeline.queue.EventQueue;
import dev.metronome.pipeline.queue.Queue;
import dev.metronome.testing.LogLines;
import dev.metronome.testing.Member;
import dev.metronome.testing.SettableClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the route {@code cron} does, step by step, on an embedded Consul; a backup every ten
 * minutes.
 */
@Tag("consul")
class CronTicksTest {

  private static final Instant NOON = Instant.parse("2026-11-29T12:00:00Z");
  private static final String BACKUP = "{at: \"*/10 * * * *\"}";

  @TempDir private Path folder;
  @AutoClose private final EmbeddedConsul consul = EmbeddedConsul.start();
  private final Keys keys = new Keys(Keys.DEFAULT_PREFIX);
  private final SettableClock clock = new SettableClock(NOON.minusSeconds(30));
  private final ConsulConnection others = Member.connection(consul, "others");
  private final CronStates states = new CronStates(others, keys);
  private final EventQueue events = new EventQueue(others, keys, clock, 100_000);

  @AutoClose
  private final Member member =
      Member.of(Member.connection(consul, "leader"), "leader", "no-agent");

  private final Leadership leadership =
      new Leadership(member.connection(), member.sessions(), keys.leader(), new byte[0]);
  private Schedule schedule;
  private CronTicks ticks;

  @BeforeEach
  void lead() throws IOException {
    leadership.start();
    member.join();
    await().until(leadership::isLeader);
    define(BACKUP);
    ticks = agent();
  }

  private void define(String cron) throws IOException {
    Path file = folder.resolve("ops/task.yml");
    Files.createDirectories(file.getParent());
    Files.writeString(
        file,
        "events: {backup: {task: t, cron: "
            + cron
            + "}}\ntasks: {t: {operations: [{echo: {text: a}}]}}\n");
    schedule =
        new ScheduleReader(OperationTypes.builtIn(), Variables.none())
            .read(List.of(file))
            .schedule();
    assertThat(schedule.crons()).containsOnlyKeys("backup");
  }

  /** Another process that knows nothing but what stands in Consul. */
  private CronTicks agent() {
    return new CronTicks(() -> schedule, leadership, others, keys, clock, "agent@leader");
  }

  /** One turn of the route: which ticks it has put into the queue, duplicates too. */
  private List<Instant> turn() {
    List<Instant> fired = new ArrayList<>();
    for (Tick tick : ticks.due()) {
      events.accept(tick.event());
      ticks.fired(tick);
      fired.add(tick.at());
    }
    return fired;
  }

  private List<Instant> turnAt(Instant at) {
    clock.set(at);
    return turn();
  }

  private CronState state() {
    return states.of("backup").state().orElseThrow();
  }

  private void ended(Instant tick) {
    String id = Tick.id("backup", tick);
    EventResult end =
        EventResult.ended(
            Tick.of("backup", tick, tick, "x").event(), tick, tick, Outcome.success());
    others.commit(new Transaction().set(keys.result(id), Json.write(end)).delete(keys.queued(id)));
  }

  private Optional<EventResult> result(Instant tick) {
    String key = keys.result(Tick.id("backup", tick));
    return others.get(key).map(entry -> Json.read(key, entry.value(), EventResult.class));
  }

  @Test
  void a_tick_is_an_event_of_its_own_from_the_first_sight_on() {
    assertThat(turn()).as("no tick from before it was defined").isEmpty();
    assertThat(state().last()).isEqualTo(clock.instant());

    assertThat(turnAt(NOON)).containsExactly(NOON);

    assertThat(others.get(keys.queued("cron.backup.20261129T120000Z"))).isPresent();
    assertThat(state().fired()).contains(NOON);
    assertThat(turnAt(NOON.plusSeconds(1))).isEmpty();
  }

  @Test
  void it_asks_consul_only_when_a_tick_may_be_due() {
    turn();
    long before = others.failures();
    consul.close();

    clock.set(NOON.minusSeconds(1));
    assertThat(ticks.due()).isEmpty();
    assertThat(others.failures()).isEqualTo(before);
  }

  @Test
  void a_successor_fires_no_tick_again_even_when_nothing_else_is_left_of_it() {
    turn();
    turnAt(NOON);
    String id = Tick.id("backup", NOON);
    others.commit(new Transaction().deleteTree(keys.eventQueue()).delete(keys.queued(id)));

    ticks = agent();

    assertThat(turnAt(NOON.plusSeconds(5))).isEmpty();
  }

  @Test
  void one_who_died_between_the_queue_and_the_record_is_taken_up_without_a_second_event() {
    turn();
    clock.set(NOON);
    Tick tick = ticks.due().get(0);
    assertThat(events.accept(tick.event())).isEqualTo(Queue.Receipt.ACCEPTED);

    ticks = agent();
    Tick again = ticks.due().get(0);

    assertThat(again.event().id()).isEqualTo(tick.event().id());
    assertThat(events.accept(again.event())).isEqualTo(Queue.Receipt.DUPLICATE);
    ticks.fired(again);
    assertThat(ticks.due()).isEmpty();
  }

  @Test
  void a_restored_record_has_nothing_run_again() {
    turn();
    byte[] old = others.get(keys.cron("backup")).orElseThrow().value();
    turnAt(NOON);
    ended(NOON);
    others.commit(
        new Transaction()
            .set(keys.cron("backup"), old)
            .delete(keys.result(Tick.id("backup", NOON))));

    assertThat(turnAt(NOON.plusSeconds(2))).isEmpty();
    assertThat(turnAt(NOON.plusSeconds(600))).containsExactly(NOON.plusSeconds(600));
  }

  @Test
  void a_tick_is_left_out_with_a_result_while_the_one_before_has_not_ended() {
    turn();
    turnAt(NOON);
    Instant second = NOON.plusSeconds(600);

    assertThat(turnAt(second)).isEmpty();

    assertThat(result(second).orElseThrow().status()).isEqualTo(Status.SKIP);
    assertThat(result(second).orElseThrow().message().orElseThrow())
        .contains("cron.backup.20261129T120000Z", "has not ended", "overlap: queue");
    assertThat(turnAt(second.plusSeconds(1))).isEmpty();
    ended(NOON);
    assertThat(turnAt(second.plusSeconds(600))).containsExactly(second.plusSeconds(600));
  }

  @Test
  void with_overlap_queue_it_waits_like_any_other() throws IOException {
    define("{at: \"*/10 * * * *\", overlap: queue}");
    turn();
    turnAt(NOON);

    assertThat(turnAt(NOON.plusSeconds(600))).containsExactly(NOON.plusSeconds(600));
  }

  @Test
  void missed_ticks_are_made_up_for_as_the_file_says() throws IOException {
    define("{at: \"*/10 * * * *\", catch_up: all, within: 30m, overlap: queue}");
    turn();

    assertThat(turnAt(NOON.plus(Duration.ofHours(2))))
        .containsExactly(
            NOON.plus(Duration.ofMinutes(90)),
            NOON.plus(Duration.ofMinutes(100)),
            NOON.plus(Duration.ofMinutes(110)),
            NOON.plus(Duration.ofMinutes(120)));
  }

  @Test
  void while_it_is_paused_nothing_is_fired_nor_made_up_for() throws IOException {
    define("{at: \"*/10 * * * *\", catch_up: all, overlap: queue}");
    turn();
    Cancellation who = new Cancellation("root@host", NOON, Optional.of("moving"));
    assertThat(states.pause("backup", who)).isTrue();

    assertThat(turnAt(NOON)).isEmpty();
    assertThat(turnAt(NOON.plusSeconds(600))).isEmpty();
    assertThat(state().paused()).contains(who);
    assertThat(states.resume("backup", NOON.plusSeconds(700))).isTrue();
    assertThat(turnAt(NOON.plusSeconds(710))).isEmpty();
    assertThat(turnAt(NOON.plusSeconds(1_200))).containsExactly(NOON.plusSeconds(1_200));
  }

  @Test
  void a_damaged_record_begins_anew_and_a_newer_one_is_left_alone() {
    byte[] newer =
        "{\"Format\":99,\"Last\":\"2026-01-01T00:00:00Z\"}".getBytes(StandardCharsets.UTF_8);
    others.commit(new Transaction().set(keys.cron("backup"), newer));
    try (LogLines log = LogLines.of(CronTicks.class)) {
      assertThat(turnAt(NOON)).isEmpty();
      assertThat(log.with("cron/backup state=left-alone")).hasSize(1);
    }
    assertThat(others.get(keys.cron("backup")).orElseThrow().value()).isEqualTo(newer);

    others.commit(new Transaction().set(keys.cron("backup"), new byte[] {'x'}));
    ticks = agent();
    assertThat(turnAt(NOON)).isEmpty();
    assertThat(state().last()).isEqualTo(NOON);
  }

  @Test
  void one_that_does_not_lead_fires_nothing() {
    turn();
    clock.set(NOON);
    Tick tick = ticks.due().get(0);
    leadership.close();

    ticks.fired(tick);

    assertThat(ticks.due()).isEmpty();
    assertThat(state().fired()).isEmpty();
  }

  /** Leaders come and go, turns are missed, events end or do not, clocks stand and jump. */
  @Test
  void over_random_histories_no_tick_comes_twice_nor_is_missed_beyond_its_policy()
      throws IOException {
    for (long seed = 0; seed < 10; seed++) {
      Random random = new Random(seed);
      others.commit(new Transaction().deleteTree(keys.prefix() + "cron/"));
      boolean all = random.nextBoolean();
      define(
          "{at: \"*/10 * * * *\", within: 30m, overlap: queue, catch_up: "
              + (all ? "all" : "last")
              + "}");
      Instant now = NOON.plus(Duration.ofDays(seed)).minusSeconds(1);
      ticks = agent();
      assertThat(turnAt(now)).isEmpty();
      List<Instant> fired = new ArrayList<>();
      Instant turned = now;
      for (int step = 0; step < 40; step++) {
        now =
            now.plusSeconds(random.nextInt(100) < 90 ? random.nextInt(120) : random.nextInt(9_000));
        if (random.nextInt(4) == 0) {
          ticks = agent();
        }
        List<Instant> due = turnAt(now);
        assertThat(due).as("seed %d step %d", seed, step).isEqualTo(expected(turned, now, all));
        fired.addAll(due);
        turned = now;
      }
      assertThat(fired).as("seed %d", seed).doesNotHaveDuplicates().isSorted();
    }
  }

  /** The ticks between two turns by plain counting. */
  private static List<Instant> expected(Instant from, Instant to, boolean all) {
    List<Instant> due = new ArrayList<>();
    for (Instant at = NOON; !at.isAfter(to); at = at.plusSeconds(600)) {
      if (at.isAfter(from) && !at.isBefore(to.minus(Duration.ofMinutes(30)))) {
        due.add(at);
      }
    }
    return all || due.isEmpty() ? due : due.subList(due.size() - 1, due.size());
  }
}
