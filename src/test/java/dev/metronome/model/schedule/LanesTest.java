package dev.metronome.model.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.model.record.Lane;
import dev.metronome.model.traffic.LaneRule;
import dev.metronome.model.traffic.WhenBusy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lanes of several patterns together. */
class LanesTest {
  @TempDir private Path folder;

  @Test
  void an_event_without_a_lane_is_in_the_common_one() throws IOException {
    Schedule schedule = read(file("app", "deploy: {task: go}")).schedule();

    assertThat(schedule.laneOf("deploy")).isEqualTo(LaneRule.COMMON);
    assertThat(schedule.laneOf("unknown")).isEqualTo(LaneRule.COMMON);
    assertThat(schedule.lanes()).containsExactly(Lane.COMMON);
    assertThat(Schedule.empty().lanes()).containsExactly(Lane.COMMON);
  }

  @Test
  void limit_and_when_busy_may_be_said_by_another_event_or_pattern() throws IOException {
    Path app =
        file(
            "app",
            "deploy: {lane: app, task: go}",
            "restart: {lane: {name: app, limit: 3}, task: go}",
            "migrate: {lane: db, task: go}");
    Path web = file("web", "deploy: {lane: {name: app, when_busy: replace}, task: go}");
    Path log = file("log", "restart: {task: go}");

    Schedule schedule = read(app, web, log).schedule();

    assertThat(schedule.laneOf("deploy"))
        .isEqualTo(new LaneRule(new Lane("app", 3), WhenBusy.REPLACE));
    assertThat(schedule.laneOf("restart"))
        .isEqualTo(new LaneRule(new Lane("app", 3), WhenBusy.QUEUE));
    assertThat(schedule.lanes())
        .containsExactly(Lane.COMMON, new Lane("app", 3), new Lane("db", 1));
    assertThat(schedule.objection("deploy")).isEmpty();
  }

  @Test
  void an_event_may_name_the_common_lane() throws IOException {
    Path app = file("app", "deploy: {lane: {name: common, limit: 1, when_busy: reject}, task: go}");

    Schedule schedule = read(app).schedule();

    assertThat(schedule.laneOf("deploy")).isEqualTo(new LaneRule(Lane.COMMON, WhenBusy.REJECT));
    assertThat(schedule.lanes()).containsExactly(Lane.COMMON);
  }

  @Test
  void an_event_in_two_lanes_cannot_be_run() throws IOException {
    Path app = file("app", "deploy: {lane: app, task: go}", "other: {lane: app, task: go}");
    Path web = file("web", "deploy: {lane: web, task: go}");

    Schedule schedule = read(app, web).schedule();

    assertThat(schedule.objection("deploy").orElseThrow())
        .contains("lane `app` (" + app + ":2:", "lane `web` (" + web + ":2:");
    assertThat(schedule.tasksOf("deploy")).isEmpty();
    assertThat(schedule.laneOf("deploy")).isEqualTo(LaneRule.COMMON);
    assertThat(schedule.tasksOf("other")).hasSize(1);
  }

  private ScheduleReader.Reading read(Path... files) {
    return read(Severity.WARNING, files);
  }

  private static ScheduleReader.Reading read(Severity severity, Path... files) {
    return new ScheduleReader(OperationTypes.builtIn(), Variables.none())
        .read(List.of(files), severity);
  }

  private Path file(String pattern, String... events) throws IOException {
    Path file = Files.createDirectories(folder.resolve(pattern)).resolve("task.yml");
    return Files.writeString(
        file,
        "events:\n  "
            + String.join("\n  ", events)
            + "\ntasks:\n  go: {operations: [{echo: hello}]}\n");
  }
}
