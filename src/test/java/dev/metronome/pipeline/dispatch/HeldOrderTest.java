package dev.metronome.pipeline.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.model.record.Freeze;
import dev.metronome.model.record.FreezeScope;
import dev.metronome.model.schedule.OperationTypes;
import dev.metronome.model.schedule.Schedule;
import dev.metronome.model.schedule.ScheduleReader;
import dev.metronome.model.schedule.Variables;
import dev.metronome.pipeline.queue.EventQueue;
import dev.metronome.pipeline.queue.Queue;
import dev.metronome.pipeline.traffic.Barriers;
import dev.metronome.pipeline.traffic.Freezes;
import dev.metronome.pipeline.traffic.KnownFreezes;
import dev.metronome.testing.Records;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What keeps two events of a lane may end while the leader looks at them: the first goes first. */
@Tag("consul")
class HeldOrderTest {

  @TempDir private Path folder;
  @AutoClose private final Leader leader = new Leader();
  private final Freezes freezes = new Freezes(leader.connection, leader.keys);
  private Schedule schedule;

  @BeforeEach
  void define() throws IOException {
    Path file = folder.resolve("ops/task.yml");
    Files.createDirectories(file.getParent());
    Files.writeString(
        file,
        """
        windows:
          later: {from: 2026-03-01T12:00Z, to: 2026-03-02T12:00Z}
        events:
          free: {task: t}
          deploy: {task: t, window: later}
        tasks: {t: {operations: [{echo: {text: a}}]}}
        """);
    schedule =
        new ScheduleReader(OperationTypes.builtIn(), Variables.none())
            .read(List.of(file))
            .schedule();
  }

  private EventQueue queue(LongSupplier nanos, Clock clock) {
    KnownFreezes known =
        new KnownFreezes(freezes, leader.keys, leader.leadership, clock, nanos, count -> {});
    return new EventQueue(
        leader.connection,
        leader.keys,
        leader.clock,
        100,
        UnaryOperator.identity(),
        EventQueue.Objection.NONE,
        new Lanes(() -> schedule, leader.slots),
        new Barriers(
            () -> schedule,
            known,
            () -> true,
            leader.connection,
            leader.keys,
            leader.leadership,
            clock),
        Queue.Listener.NONE,
        Optional::empty);
  }

  private static void accept(EventQueue queue, String name) {
    queue.accept(List.of(Records.event("e1", name), Records.event("e2", name)));
    queue.look();
  }

  @Test
  void a_thaw_while_the_leader_looks_lets_no_event_before_another() {
    freezes.freeze(
        Freeze.of(FreezeScope.ALL, "root@host", Records.NOON, "moving", Optional.empty()));
    AtomicInteger looks = new AtomicInteger();
    EventQueue queue =
        queue(
            () -> {
              if (looks.incrementAndGet() == 3) { // read once, and looked at again
                freezes.thaw(FreezeScope.ALL);
              }
              return Duration.ofSeconds(looks.get()).toNanos();
            },
            leader.clock);
    accept(queue, "free");

    assertThat(queue.oldest(null)).isNull();
    assertThat(queue.oldest(null).id()).isEqualTo("e1");
  }

  @Test
  void a_window_that_opens_while_the_leader_looks_lets_no_event_before_another() {
    EventQueue queue = queue(() -> 0, striking(Records.NOON.minusNanos(1)));
    accept(queue, "deploy");

    assertThat(queue.oldest(null)).isNull();
    assertThat(queue.oldest(null).id()).isEqualTo("e1");
  }

  /** Goes on by a nanosecond whenever it is read. */
  private static Clock striking(Instant from) {
    AtomicLong read = new AtomicLong();
    InstantSource striking = () -> from.plusNanos(read.getAndIncrement());
    return striking.withZone(ZoneOffset.UTC);
  }
}
