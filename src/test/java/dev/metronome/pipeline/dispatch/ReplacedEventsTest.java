package dev.metronome.pipeline.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.schedule.OperationTypes;
import dev.metronome.model.schedule.Schedule;
import dev.metronome.model.schedule.ScheduleReader;
import dev.metronome.model.schedule.Variables;
import dev.metronome.pipeline.queue.EventQueue;
import dev.metronome.pipeline.queue.Queue;
import dev.metronome.pipeline.queue.QueuedEvent;
import dev.metronome.testing.Records;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which event takes the place of which by {@code when_busy: replace}, and when. */
@Tag("consul")
class ReplacedEventsTest {

  @TempDir private Path folder;
  @AutoClose private final Leader leader = new Leader();
  private EventQueue queue;

  @BeforeEach
  void define() throws IOException {
    Path file = folder.resolve("ops/task.yml");
    Files.createDirectories(file.getParent());
    Files.writeString(
        file,
        """
        events:
          newest: {task: t, lane: {name: a, when_busy: replace}}
        tasks: {t: {operations: [{echo: {text: a}}]}}
        """);
    Schedule schedule =
        new ScheduleReader(OperationTypes.builtIn(), Variables.none())
            .read(List.of(file))
            .schedule();
    queue =
        new EventQueue(
            leader.connection,
            leader.keys,
            leader.clock,
            100,
            UnaryOperator.identity(),
            EventQueue.Objection.NONE,
            new Lanes(() -> schedule, leader.slots),
            EventQueue.Barrier.NONE,
            Queue.Listener.NONE,
            Optional::empty);
    leader.agent("n1");
  }

  private QueuedEvent oldest(Object body) {
    queue.view().accept(queue.list(leader.connection));
    return queue.oldest(body);
  }

  @Test
  void one_that_goes_ahead_replaces_those_that_were_fired_before_it() {
    leader.set(leader.keys.plan("a"), Json.write(Records.plan("x", 1).inSlot("a")));
    leader.look();
    queue.accept(Records.event("n1", "newest"));
    queue.accept(Records.event("n2", "newest").ahead(true));

    QueuedEvent replaced = oldest(null);

    assertThat(replaced.id()).isEqualTo("n1");
    assertThat(replaced.place().orElseThrow().refusal().orElseThrow().message().orElseThrow())
        .startsWith("event n2 has come after it");
  }

  @Test
  void none_is_replaced_whose_lane_has_room_when_an_event_of_another_lane_ends() {
    leader.dispatched(Records.plan("e1", 1));
    leader.ended("e1", 0, "n1", Outcome.success());
    Step end = leader.step(leader.read());
    assertThat(end.isEnd()).isTrue();
    queue.accept(Records.event("n1", "newest"));
    queue.accept(Records.event("n2", "newest"));

    assertThat(oldest(end)).as("the lane of what ends has nobody").isNull();
    assertThat(oldest(null))
        .satisfies(
            first -> {
              assertThat(first.id()).isEqualTo("n1");
              assertThat(first.place().orElseThrow().refusal()).isEmpty();
            });
  }

  @Test
  void one_stays_whose_replacement_is_cancelled_before_it_has_ended() {
    leader.set(leader.keys.plan("a"), Json.write(Records.plan("x", 1).inSlot("a")));
    leader.look();
    queue.accept(Records.event("n1", "newest"));
    queue.accept(Records.event("n2", "newest"));
    QueuedEvent replaced = oldest(null);
    QueuedEvent newer = replaced.newer().orElseThrow();
    assertThat(newer.id()).isEqualTo("n2");
    leader.look();
    leader.connection.commit(new Transaction().delete(newer.key()));

    assertThat(leader.put(ending(replaced))).isEmpty();

    assertThat(leader.connection.get(leader.keys.result("n1"))).isEmpty();
    assertThat(oldest(null)).as("it waits for its lane").isNull();
    queue.accept(Records.event("n3", "newest"));
    leader.look();
    assertThat(leader.put(ending(oldest(null)))).isPresent();
    assertThat(leader.connection.get(leader.keys.result("n1"))).isPresent();
  }

  private Step ending(QueuedEvent replaced) {
    Outcome how = replaced.place().orElseThrow().refusal().orElseThrow();
    Move end = Move.reject(leader.keys, replaced, how, Records.NOON);
    return Step.of(leader.leadership.fence().orElseThrow(), end);
  }
}
