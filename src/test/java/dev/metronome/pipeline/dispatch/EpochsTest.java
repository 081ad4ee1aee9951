package dev.metronome.pipeline.dispatch;

import static dev.metronome.testing.Records.plan;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.Slot;
import dev.metronome.pipeline.queue.Queue;
import dev.metronome.pipeline.queue.Views;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** In which epoch a task's claims stand, and when the next one begins. */
class EpochsTest {

  private static final Pattern DELETED =
      Pattern.compile("\\{\"Verb\":\"delete(?:-tree)?\",\"Key\":\"([^\"]+)\"");

  @AutoClose private final Leader leader = new Leader();

  /** Goes its way to the end; returns the epoch of its claims. */
  private long passed(String eventId) {
    leader.dispatched(plan(eventId, 1));
    Plan open = leader.plan(eventId).orElseThrow();
    open.targets().forEach(node -> leader.ended(eventId, 0, node, Outcome.success()));
    leader.advance();
    assertThat(leader.plan(eventId)).isEmpty();
    return open.epoch();
  }

  private List<Long> passed(int events) {
    return IntStream.range(0, events).mapToObj(i -> passed("e" + i)).toList();
  }

  private List<String> folders() {
    return leader.connection.names(leader.keys.claims());
  }

  @Test
  void the_first_task_begins_the_first_one() {
    leader.agent("a");

    assertThat(passed("e1")).isEqualTo(1);
    assertThat(folders()).containsExactly("metronome/claims/1/");
  }

  @Test
  void one_is_left_for_the_next_after_so_many_tasks() {
    leader.agent("a");

    List<Long> epochs = passed(Epochs.TASKS + 2);

    assertThat(epochs.subList(0, Epochs.TASKS)).containsOnly(1L);
    assertThat(epochs.subList(Epochs.TASKS, epochs.size())).containsOnly(2L);
    assertThat(folders()).containsExactly("metronome/claims/2/");
  }

  /** A deleted key costs whoever reads its prefix (decision 45). */
  @Test
  void nothing_is_deleted_but_events_and_claims_of_an_epoch() {
    leader.agent("a");

    passed(Epochs.TASKS + 2);

    assertThat(leader.faulty.requests())
        .flatMap(line -> DELETED.matcher(line).results().map(key -> key.group(1)).toList())
        .isNotEmpty()
        .allMatch(key -> key.matches("metronome/(event_queue/|queued/|claims/[12]/).*"));
  }

  @Test
  void one_is_left_after_so_many_claims_but_never_within_a_task() {
    int nodes = 100;
    IntStream.range(0, nodes).forEach(i -> leader.agent("n" + i));

    assertThat(passed(5)).containsExactly(1L, 1L, 1L, 2L, 2L);
  }

  @Test
  void a_successor_goes_on_with_the_one_that_stands_in_the_slot() {
    leader.agent("a");
    leader.set(leader.keys.plan(Keys.COMMON_LANE), Slot.vacant(17));
    leader.succeed();

    assertThat(passed("e1")).isEqualTo(17);
  }

  @Test
  void one_whose_folder_is_gone_is_left_with_the_next_task() throws Exception {
    leader.agent("a");
    passed("e1");
    leader.connection.commit(new Transaction().deleteTree(leader.keys.claims()));
    leader.dispatched(plan("e2", 2));
    Views.open(leader.progress);
    leader.look();
    Queue.Followed claims = leader.progress.followed(leader.connection).get(1);
    claims.seen().accept(claims.reading().read(0, Duration.ZERO));
    leader.ended("e2", 0, "a", Outcome.success());
    leader.advance();

    assertThat(leader.plan("e2").orElseThrow().epoch()).isEqualTo(2);
    assertThat(folders()).containsExactly("metronome/claims/2/");
  }
}
