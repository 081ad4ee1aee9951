package dev.metronome.pipeline.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Transaction;
import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.model.record.Keys;
import dev.metronome.pipeline.membership.Leadership;
import dev.metronome.pipeline.queue.EventQueue;
import dev.metronome.pipeline.queue.Queue;
import dev.metronome.pipeline.queue.QueuedEvent;
import dev.metronome.testing.LogLines;
import dev.metronome.testing.Member;
import dev.metronome.testing.OriginalKeys;
import dev.metronome.testing.Records;
import dev.metronome.testing.SettableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When the leader takes over what the original left, and when events wait. */
class SwitchoverTest {

  private static final Keys KEYS = new Keys(Keys.DEFAULT_PREFIX);
  private static final Duration QUIET = OriginalAgents.QUIET;
  private static final SettableClock CLOCK = new SettableClock(Records.NOON);

  @AutoClose private final EmbeddedConsul consul = EmbeddedConsul.start();
  @AutoClose private final ConsulConnection operator = Member.connection(consul, "operator");
  @AutoClose private final Member original = Member.joined(consul, "original");
  private final Member member = Member.of(consul, "ours");
  private final Leadership leadership =
      new Leadership(member.connection(), member.sessions(), KEYS.leader(), new byte[0]);
  private final AtomicLong nanos = new AtomicLong(1_000_000_000_000L);
  private final List<String> found = new ArrayList<>();
  private final AtomicInteger cleared = new AtomicInteger();
  private final Switchover switchover =
      new Switchover(
          new Migration(member.connection(), KEYS, CLOCK),
          leadership,
          nanos::get,
          cleared::incrementAndGet,
          () -> found.add(this.switchover.finding().orElse("")));
  @AutoClose private final LogLines log = LogLines.of(Switchover.class);

  @BeforeEach
  void lead() {
    leadership.start();
    member.join();
    await().until(leadership::isLeader);
  }

  @AfterEach
  void close() {
    leadership.close();
    member.close();
  }

  private void elapse(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  /** One poll of an agent of the original: takes the lock, lets it go. */
  private void poll() {
    hold();
    operator.commit(new Transaction().unlock(OriginalKeys.LOCK, new byte[0], original.session()));
  }

  private void hold() {
    assertThat(
            operator
                .commit(new Transaction().lock(OriginalKeys.LOCK, new byte[0], original.session()))
                .isDone())
        .isTrue();
  }

  private boolean isTakenOver() {
    return operator.get(OriginalKeys.EVENTS).isEmpty()
        && operator.get(KEYS.event(1, OriginalKeys.DEPLOY)).isPresent();
  }

  @Test
  void without_anything_of_the_original_events_need_not_wait() {
    assertThat(switchover.isClear()).isTrue();
    assertThat(log.lines()).isEmpty();
  }

  @Test
  void what_it_left_is_taken_over_once_its_lock_has_been_quiet() {
    OriginalKeys.put(operator, OriginalKeys.queues());
    assertThat(switchover.isClear()).isFalse();
    elapse(QUIET.minusMillis(1));
    switchover.look();
    assertThat(isTakenOver()).isFalse();

    elapse(Duration.ofMillis(1));
    switchover.look();

    assertThat(isTakenOver()).isTrue();
    assertThat(switchover.isClear()).isTrue();
    assertThat(cleared).hasValue(1);
    assertThat(log.with("state=taken-over accepted=2 ended=1")).hasSize(1);
    assertThat(found).hasSize(2).last().isEqualTo("");
    assertThat(found.get(0)).startsWith("its queues or its lock are here");
  }

  @Test
  void while_its_agents_poll_nothing_is_taken_over_and_that_is_said_once_in_ten_minutes() {
    OriginalKeys.put(operator, OriginalKeys.queues());
    switchover.look();
    for (int i = 0; i < 10; i++) {
      poll();
      elapse(Duration.ofSeconds(10));
      switchover.look();
      assertThat(switchover.isClear()).isFalse();
    }
    assertThat(isTakenOver()).isFalse();
    assertThat(log.with("state=at-work")).hasSize(1);

    poll();
    elapse(Duration.ofMinutes(10));
    switchover.look();
    assertThat(log.with("state=at-work")).hasSize(2);

    elapse(QUIET);
    switchover.look();
    assertThat(isTakenOver()).isTrue();
  }

  @Test
  void a_lock_that_is_held_is_waited_for_however_long() {
    OriginalKeys.put(operator, OriginalKeys.queues());
    hold();
    for (int i = 0; i < 5; i++) {
      switchover.look();
      elapse(QUIET.multipliedBy(2));
    }
    assertThat(switchover.isClear()).isFalse();
    assertThat(isTakenOver()).isFalse();
    assertThat(log.with("state=at-work")).isNotEmpty();
  }

  @Test
  void after_a_minute_nothing_is_dispatched_before_it_was_looked_again() {
    assertThat(switchover.isClear()).isTrue();
    poll();
    elapse(Duration.ofSeconds(59));
    assertThat(switchover.isClear()).as("not looked at yet").isTrue();

    elapse(Duration.ofSeconds(1));

    assertThat(switchover.isClear()).isFalse();
  }

  @Test
  void while_no_event_waits_an_original_that_is_started_again_is_noticed_within_five_minutes() {
    assertThat(switchover.isClear()).isTrue();
    poll();
    elapse(Duration.ofMinutes(5).minusSeconds(1));
    switchover.look();
    assertThat(found).as("not looked at yet").containsOnly("");
    elapse(Duration.ofSeconds(1));
    switchover.look();
    poll();
    elapse(Duration.ofSeconds(10));
    switchover.look();

    assertThat(switchover.isClear()).isFalse();
    assertThat(log.with("state=at-work")).hasSize(1);
    assertThat(found.get(found.size() - 1))
        .startsWith("an agent of the original is at work: events wait");
  }

  @Test
  void who_does_not_lead_takes_nothing_over() {
    OriginalKeys.put(operator, OriginalKeys.queues());
    switchover.look();
    leadership.close();
    elapse(QUIET);
    switchover.look();

    assertThat(switchover.isClear()).isFalse();
    assertThat(isTakenOver()).isFalse();
  }

  @Test
  void an_event_waits_while_it_is_not_clear_and_its_lock_is_none() {
    OriginalKeys.put(operator, OriginalKeys.queues());
    EventQueue events =
        new EventQueue(
            operator,
            KEYS,
            CLOCK,
            10,
            UnaryOperator.identity(),
            EventQueue.Objection.NONE,
            EventQueue.Lanes.NONE,
            EventQueue.Barrier.openWhile(switchover::isClear),
            Queue.Listener.NONE,
            Optional::empty);
    events.accept(Records.event("e1"));
    events.view().accept(operator.list(KEYS.eventQueue()));
    assertThat(events.view().size()).isOne();
    assertThat(events.oldest(null)).isNull();

    switchover.look();
    elapse(QUIET);
    switchover.look();
    assertThat(events.oldest(null)).extracting(QueuedEvent::id).isEqualTo("e1");
  }
}
