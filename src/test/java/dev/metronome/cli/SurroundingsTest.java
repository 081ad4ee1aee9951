package dev.metronome.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.consul.Transaction;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Reason;
import dev.metronome.state.EventSummary;
import dev.metronome.state.EventView;
import dev.metronome.state.Viewer;
import dev.metronome.testing.Records;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What {@code watch} says beside the event that it shows. */
class SurroundingsTest {
  @AutoClose private final OneNodeCluster cluster = new OneNodeCluster();
  private final Surroundings around =
      new Surroundings(
          new Viewer(
              cluster.connection(),
              OneNodeCluster.KEYS,
              Clock.fixed(Records.NOON, ZoneOffset.UTC)));

  private static EventView ended(String id, Outcome how) {
    EventResult result =
        EventResult.ended(Records.event(id), Records.NOON, Records.NOON.plusSeconds(3), how);
    return new EventView(EventSummary.of(result), List.of());
  }

  @Test
  void the_failures_before_it_stay_in_sight_with_what_waits() {
    around.ended(ended("e1", Outcome.error(Reason.FAILED, "exit code 3")));
    around.ended(ended("e2", Outcome.success()));
    cluster
        .connection()
        .commit(
            new Transaction()
                .set(OneNodeCluster.KEYS.event(1, "e3"), Json.write(Records.event("e3"))));

    assertThat(around.lines())
        .satisfiesExactly(
            failure ->
                assertThat(failure)
                    .startsWith("before: deploy e1 error at ")
                    .endsWith("; metronome show e1"),
            waiting -> assertThat(waiting).isEqualTo("waiting: 1: deploy e3"));
  }
}
