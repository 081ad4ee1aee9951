package dev.metronome.base.crash;

import static dev.metronome.base.crash.Bench.APP;
import static dev.metronome.base.crash.Bench.DB;
import static dev.metronome.base.crash.Scenario.crashAt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.model.record.CronState;
import dev.metronome.model.record.Freeze;
import dev.metronome.model.record.FreezeScope;
import dev.metronome.model.record.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ticks of the calendar and freezes, while leaders die around them. */
@ExtendWith(FaultBench.class)
class TrafficFaultIT {

  private static final Duration CRASH = Duration.ofSeconds(5);

  private static final String TASKS =
      """
      environments:
        JOURNAL: "%s"
      events:
        tick:
          cron: {at: "%s", catch_up: last, within: 2h}
          ordered_tasks: [{service: db, task: zero}]
        quick:
          ordered_tasks: [{service: db, task: zero}, {service: app, task: one}]
        probe: {task: zero}
      tasks:
        zero: {operations: [{execute: {file: step, arguments: ["0", "0"]}}]}
        one: {operations: [{execute: {file: step, arguments: ["1", "0"]}}]}
      """;

  /** A minute of today, which comes again in a year. */
  private final Instant due = Instant.now().truncatedTo(ChronoUnit.MINUTES);

  private Scenario ticking(Scenario scenario) {
    ZonedDateTime wall = due.atZone(ZoneOffset.UTC);
    String at = DateTimeFormatter.ofPattern("m H d M").format(wall) + " *";
    return scenario.tasks(TASKS.formatted(scenario.journal().file(), at));
  }

  private String tick() {
    return "cron.tick."
        + DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC).format(due);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"before:accept", "after:accept", "before:fired", "after:fired"})
  void a_leader_that_dies_around_a_tick_leaves_one_event_of_it(String point, Scenario scenario) {
    String before = Json.text(CronState.since(due.minusSeconds(600)));
    ticking(scenario).consulKeys().put(scenario.keys().cron("tick"), before);
    scenario.leading(DB, crashAt(point)).others();
    scenario.accepted(tick()).crashed(DB).expectLeaderWithin(CRASH).start(DB);
    scenario.expect("success").expectRuns(DB, 0, 1);
    scenario.until(
        "the tick is noted",
        () -> scenario.keysOf("cron/").get("cron/tick").contains("\"Fired\":"));
  }

  @Test
  void a_leader_that_dies_under_a_freeze_is_followed_by_one_that_begins_nothing(Scenario scenario) {
    ticking(scenario).leading(DB).others();
    Freeze freeze =
        Freeze.of(
            FreezeScope.event("quick"), "root@host", Instant.now(), "moving", Optional.empty());
    String key = scenario.keys().freeze(FreezeScope.event("quick"));
    scenario.consulKeys().put(key, Json.text(freeze));
    scenario.fire("quick").fault().kill(DB).expectLeaderWithin(CRASH).start(DB);
    scenario.until(
        "the next leader says why it waits",
        () -> scenario.keysOf("blocked").getOrDefault("blocked", "").contains("moving"));
    assertThat(scenario.keysOf("results/")).isEmpty();

    scenario.consulKeys().delete("/v1/kv/" + key);
    scenario.expect("success").expectRuns(DB, 0, 1).expectRuns(APP, 1, 1);
  }
}
