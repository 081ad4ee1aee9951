package dev.metronome.model.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metronome.testing.Records;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** For whom a planned task is, and how it is brought to them. */
class PlannedTaskTest {

  @Test
  void batches_have_the_sizes_that_are_written_of_which_the_last_repeats() {
    Batching batching =
        new Batching(
            List.of(new Share(1, false), new Share(25, true)),
            Optional.of(Batching.Order.SHUFFLE),
            Optional.empty(),
            Optional.of(new Share(10, true)));
    assertThat(batching.isInBatches()).isTrue();
    assertThat(batching.size(0, 40)).isEqualTo(1);
    assertThat(batching.size(1, 40)).isEqualTo(10);
    assertThat(batching.size(7, 40)).isEqualTo(10);
    assertThat(batching.size(1, 3)).as("at least one").isEqualTo(1);
    assertThat(batching.failures(40)).isEqualTo(4);
    assertThat(batching.failures(9)).as("rounded down, to none").isZero();
    assertThat(Batching.NONE.isInBatches()).isFalse();
    assertThat(Batching.NONE.size(3, 40)).isEqualTo(40);
    assertThat(Batching.NONE.failures(40)).isZero();
    Batching most =
        new Batching(
            List.of(), Optional.empty(), Optional.of("rack"), Optional.of(new Share(3, false)));
    assertThat(most.isInBatches()).isTrue();
    assertThat(most.failures(40)).isEqualTo(3);
    assertThat(most.ungated()).isEqualTo(most);
    assertThat(Batching.Order.SHUFFLE.word()).isEqualTo("shuffle");
    assertThat(Batching.Order.of("name")).isEqualTo(Batching.Order.NAME);
  }

  @Test
  void a_share_is_a_number_or_hundredths() {
    assertThat(Share.read("25%")).hasValue(new Share(25, true));
    assertThat(Share.read("100%")).hasValue(new Share(100, true));
    assertThat(Share.read("7")).hasValue(new Share(7, false));
    assertThat(Share.read("101%")).isEmpty();
    assertThat(Share.read("-1")).isEmpty();
    assertThat(new Share(25, true)).hasToString("25%");
    assertThat(new Share(7, false)).hasToString("7");
    assertThatThrownBy(() -> new Share(101, true)).hasMessage("there is no share of 101%");
    assertThatThrownBy(() -> new Share(-1, false)).hasMessage("there is no share of -1");
    assertThat(new Share(101, false).of(5)).isEqualTo(101);
  }

  @Test
  void a_gate_takes_at_least_as_long_as_all_must_be_well() {
    assertThat(new HealthGate(0, 0, Optional.empty()).forSeconds()).isZero();
    assertThat(new HealthGate(10, 10, Optional.empty()).withinSeconds()).isEqualTo(10);
    assertThatThrownBy(() -> new HealthGate(-1, 10, Optional.empty()))
        .hasMessage("no gate for -1 s within 10 s");
    assertThatThrownBy(() -> new HealthGate(11, 10, Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_task_says_for_whom_it_is() {
    NodeSelector selector =
        new NodeSelector(
            Optional.of("web"),
            Optional.of("blue"),
            Optional.of("Meta.rack == r1"),
            Optional.empty(),
            Optional.of("lock"));
    assertThat(selector).hasToString("web blue where Meta.rack == r1 at the holder of lock");
    assertThat(new NodeSelector(Optional.empty(), Optional.empty())).hasToString("every node");
    assertThat(Records.filtered(0, "x", "web", null).filter()).isEqualTo("web");
    assertThat(Records.filtered(0, "x", "web", null).leavesOut()).isFalse();
    assertThat(Records.task(0, "x").leavesOut()).isTrue();
    assertThat(Records.task(2, "x").title()).isEqualTo("task 2 x");
    Rollout drained =
        new Rollout(
            true,
            true,
            true,
            3,
            Optional.of(2),
            Optional.of(9L),
            Optional.of(8L),
            Optional.of(true));
    PlannedTask task = new PlannedTask(1, "web", "x", selector, drained);
    assertThat(task.leavesOut()).isTrue();
    assertThat(task.undrained().rollout())
        .isEqualTo(
            new Rollout(
                true,
                true,
                true,
                3,
                Optional.of(2),
                Optional.empty(),
                Optional.of(8L),
                Optional.of(true)));
    assertThat(
            new Rollout(
                    true,
                    true,
                    true,
                    3,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(false))
                .goesOn())
        .isEmpty();
    assertThat(Part.words(Optional.of(Part.FINALLY), "x")).isEqualTo("finally x");
  }

  @Test
  void a_limit_excludes_whom_it_does_not_name() {
    assertThat(Limit.of("a,b").excludes("a")).isFalse();
    assertThat(Limit.of("a,b").excludes("c")).isTrue();
    assertThat(Limit.of("2").excludes("c")).isFalse();
    assertThat(Limit.of("2")).hasToString("2");
    assertThat(Limit.of("a, b,a")).hasToString("a,b");
    assertThatThrownBy(() -> Limit.of("0")).hasMessageContaining("at least 1 node, found 0");
    assertThatThrownBy(() -> Limit.of("a b\n".repeat(20)))
        .hasMessageEndingWith("found `" + "a b?".repeat(15) + "...`");
    String most = "x".repeat(127) + ("," + "x".repeat(127)).repeat(62);
    assertThat(most).hasSize(127 * 63 + 62);
    assertThat(Limit.of(most).nodes()).hasSize(1);
    String longer = most + "," + "x".repeat(8_192 - most.length());
    assertThatThrownBy(() -> Limit.of(longer)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_retry_fits_an_event_that_has_its_task_at_its_place() {
    List<PlannedTask> tasks = List.of(Records.task(0, "stop"), Records.task(1, "install"));
    assertThat(new Resume("e1", 1, "web", "install", List.of()).fits(tasks)).isTrue();
    assertThat(new Resume("e1", 0, "web", "stop", List.of()).fits(tasks)).isTrue();
    assertThat(new Resume("e1", 0, "web", "install", List.of()).fits(tasks)).isFalse();
    assertThat(new Resume("e1", 1, "db", "install", List.of()).fits(tasks)).isFalse();
    assertThat(new Resume("e1", 2, "web", "install", List.of()).fits(tasks)).isFalse();
    assertThat(new Resume("e1", -1, "web", "install", List.of()).fits(tasks)).isFalse();
  }

  @Test
  void a_maintenance_tells_whose_it_is() {
    String reason = DrainReason.beginning("metronome", "a") + "e1 (deploy), task 0 install";
    assertThat(reason).isEqualTo("metronome on a: event e1 (deploy), task 0 install");
    assertThat(DrainReason.isOurs("metronome", reason)).isTrue();
    assertThat(DrainReason.isOurs("other", reason)).isFalse();
  }
}
