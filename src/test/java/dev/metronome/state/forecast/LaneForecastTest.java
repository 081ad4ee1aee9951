package dev.metronome.state.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.model.record.Event;
import dev.metronome.model.schedule.OperationTypes;
import dev.metronome.model.schedule.Schedule;
import dev.metronome.model.schedule.ScheduleReader;
import dev.metronome.model.schedule.Variables;
import dev.metronome.state.State;
import dev.metronome.testing.Records;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When it is an event's turn in its lane, and what becomes of it until then. */
class LaneForecastTest {
  @TempDir private Path folder;

  private static EventAhead runs(String name, Integer left) {
    return ahead(name, State.INPROGRESS, left);
  }

  private static EventAhead waits(String name, Integer left) {
    return ahead(name, State.QUEUED, left);
  }

  private static EventAhead ahead(String name, State state, Integer left) {
    return new EventAhead(
        Optional.of(name + "-1"),
        name,
        state,
        Optional.ofNullable(left).map(Long::valueOf),
        Optional.empty());
  }

  private LaneForecast forecast(String lane, int further, EventAhead... ahead) throws IOException {
    return forecast(Records.event("new"), lane, further, ahead);
  }

  private LaneForecast forecast(Event event, String lane, int further, EventAhead... ahead)
      throws IOException {
    Path file = Files.createDirectories(folder.resolve("app")).resolve("task.yml");
    Files.writeString(
        file,
        "events: {deploy: {lane: "
            + lane
            + ", task: go}}\ntasks: {go: {operations: [{echo: a}]}}\n");
    Schedule files =
        new ScheduleReader(OperationTypes.builtIn(), Variables.none())
            .read(List.of(file))
            .schedule();
    return LaneForecast.of(
        event,
        files,
        (name, schedule) -> {
          assertThat(name).isEqualTo("app");
          return new LaneQueue.Content(
              Stream.of(ahead).toList(), Optional.of(further).filter(it -> it > 0));
        });
  }

  /** In seconds; empty if it is not known. */
  private Optional<Long> turn(String lane, EventAhead... ahead) throws IOException {
    return forecast(lane, 0, ahead)
        .turn(Records.NOON)
        .map(Instant::getEpochSecond)
        .map(at -> at - Records.NOON.getEpochSecond());
  }

  @Test
  void of_one_at_a_time_each_waits_for_all_before_it() throws IOException {
    assertThat(turn("app")).contains(0L);
    assertThat(turn("app", runs("a", 30))).contains(30L);
    assertThat(turn("app", runs("a", 30), waits("b", 100), waits("c", 5))).contains(135L);
    assertThat(turn("app", waits("b", 100))).contains(100L);
    assertThat(turn("app", runs("a", 30), waits("b", null))).isEmpty();
  }

  @Test
  void of_several_at_once_it_waits_until_one_is_free() throws IOException {
    String two = "{name: app, limit: 2}";
    assertThat(turn(two, runs("a", 30))).contains(0L);
    assertThat(turn(two, runs("a", 30), runs("b", 10))).contains(10L);
    assertThat(turn(two, runs("a", 30), runs("b", 10), waits("c", 5))).contains(15L);
    assertThat(turn(two, runs("a", 30), runs("b", 10), waits("c", 50))).contains(30L);
    assertThat(turn(two, runs("a", null), runs("b", 10))).contains(10L);
    assertThat(turn(two, runs("a", null), runs("b", 10), waits("c", null))).isEmpty();
  }

  @Test
  void more_than_the_limit_are_waited_for_when_it_was_lowered() throws IOException {
    assertThat(turn("app", runs("a", 30), runs("b", 10), runs("c", 20))).contains(30L);
  }

  @Test
  void of_a_queue_that_is_too_long_to_be_read_nothing_is_known() throws IOException {
    assertThat(forecast("app", 501, runs("a", 30)).turn(Records.NOON)).isEmpty();
  }

  @Test
  void what_it_replaces_is_not_waited_for() throws IOException {
    EventAhead[] ahead = {runs("deploy", 30), waits("deploy", 100), waits("other", 7)};
    String replacing = "{name: app, when_busy: replace}";
    assertThat(turn("app", ahead)).contains(137L);
    assertThat(turn(replacing, ahead)).contains(37L);
    assertThat(forecast(replacing, 0, ahead).replaced()).containsExactly(ahead[1]);
    assertThat(forecast("app", 0, ahead).replaced()).isEmpty();
  }

  @Test
  void what_waits_is_passed_by_one_that_goes_ahead_but_for_those_before_it_that_do()
      throws IOException {
    EventAhead first =
        new EventAhead(Optional.of("a-2"), "a", State.QUEUED, Optional.of(50L), Optional.of(true));
    Event event = Records.event("new").ahead(true);

    LaneForecast lane = forecast(event, "app", 0, runs("a", 30), first, waits("b", 100));
    assertThat(lane.ahead()).extracting(EventAhead::title).containsExactly("a a-1", "a a-2");
    assertThat(lane.turn(Records.NOON)).contains(Records.NOON.plusSeconds(80));
  }

  @Test
  void a_busy_lane_rejects_whoever_does_not_wait() throws IOException {
    String rejecting = "{name: app, limit: 2, when_busy: reject}";
    assertThat(forecast(rejecting, 0, runs("a", 1)).rejection()).isEmpty();
    assertThat(forecast(rejecting, 0, runs("a", 1), runs("b", 1)).rejection().orElseThrow())
        .isEqualTo(
            "its lane app is busy with a a-1, b b-1: by `when_busy: reject` it would end as skip");
    assertThat(forecast("{name: app, limit: 2}", 0, runs("a", 1), runs("b", 1)).rejection())
        .isEmpty();
  }
}
