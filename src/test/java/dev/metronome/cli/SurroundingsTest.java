package dev.metronome.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Event;
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
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What {@code watch} says beside the event that it shows. */
class SurroundingsTest {
  @AutoClose private final OneNodeCluster cluster = new OneNodeCluster();
  private final Surroundings around =
      new Surroundings(
          new Viewer(
              cluster.connection(), OneNodeCluster.KEYS, Clock.fixed(Records.NOON, ZoneOffset.UTC)),
          Clock.fixed(Records.NOON.plusSeconds(7), ZoneOffset.UTC));

  private static EventView ended(String id, Outcome how) {
    EventResult result =
        EventResult.ended(Records.event(id), Records.NOON, Records.NOON.plusSeconds(3), how);
    return new EventView(EventSummary.of(result), List.of());
  }

  private void put(String key, Object record) {
    cluster.connection().commit(new Transaction().set(key, Json.write(record)));
  }

  private List<String> said(Optional<EventView> shown) {
    return around.rows(shown).stream()
        .map(row -> row.state().word() + " " + row.sentence().replaceAll(" at [-0-9: ]+ in", " in"))
        .toList();
  }

  @Test
  void the_last_five_that_ended_stay_in_sight_below_what_waits() {
    for (int i = 1; i <= 6; i++) {
      Outcome how = i == 5 ? Outcome.error(Reason.FAILED, "exit code 3") : Outcome.success();
      Event event =
          Event.of("e" + i, "deploy", Map.of("n", "" + i), Records.NOON, "fire", "root@host");
      EventResult result =
          EventResult.ended(event, Records.NOON.plusSeconds(i), Records.NOON.plusSeconds(9), how);
      put(OneNodeCluster.KEYS.result("e" + i), result);
    }
    Event waiting =
        Event.of("e9", "deploy", Map.of("version", "2"), Records.NOON, "fire", "root@host");
    put(OneNodeCluster.KEYS.event(1, "e9"), waiting);

    assertThat(said(Optional.empty()))
        .containsExactly(
            "queued deploy e9 with version=2 by root@host, for 7.0 s",
            "success deploy e6 in 3.0 s; with n=6",
            "error deploy e5 in 4.0 s; metronome show e5; with n=5",
            "success deploy e4 in 5.0 s; with n=4",
            "success deploy e3 in 6.0 s; with n=3",
            "success deploy e2 in 7.0 s; with n=2");
    around.ended(ended("e7", Outcome.success()));
    assertThat(said(Optional.empty())).hasSize(6).contains("success deploy e7 in 3.0 s");
    assertThat(said(Optional.of(ended("e7", Outcome.success()))))
        .as("what is shown is not beside itself")
        .hasSize(5)
        .noneMatch(line -> line.contains("e7"));
  }

  @Test
  void of_many_that_wait_the_first_are_named_and_all_are_counted() {
    for (int i = 1; i <= 5; i++) {
      put(OneNodeCluster.KEYS.event(1, "w" + i), Records.event("w" + i));
    }
    assertThat(said(Optional.empty())).hasSize(4).last().isEqualTo("queued and 2 more wait");
  }
}
