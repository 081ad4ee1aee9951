package dev.metronome.model.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

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
class LaneRulesTest {
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

    ScheduleReader.Reading reading = read(app, web);
    Schedule schedule = reading.schedule();

    assertThat(reading.problems())
        .extracting(Problem::toString)
        .containsExactly(
            web
                + ":2:18: warning: event `deploy` is put into the lane `web` here, and `app` in "
                + app
                + ":2:18; it ends as error when it is fired");
    assertThat(read(Severity.ERROR, app, web).hasErrors()).isTrue();
    assertThat(schedule.objection("deploy").orElseThrow())
        .contains("lane `app` (" + app + ":2:", "lane `web` (" + web + ":2:");
    assertThat(schedule.tasksOf("deploy")).isEmpty();
    assertThat(schedule.laneOf("deploy")).isEqualTo(LaneRule.COMMON);
    assertThat(schedule.tasksOf("other")).hasSize(1);
  }

  @Test
  void of_two_limits_of_a_lane_the_lowest_counts_and_validate_names_both_places()
      throws IOException {
    Path app =
        file(
            "app",
            "deploy: {lane: {name: app, limit: 3}, task: go}",
            "other: {lane: {name: app, limit: 3}, task: go}",
            "third: {lane: {name: app, limit: 2}, task: go}");
    Path web = file("web", "restart: {lane: {name: app, limit: 4}, task: go}");

    ScheduleReader.Reading reading = read(app, web);

    assertThat(reading.schedule().laneOf("restart").lane()).isEqualTo(new Lane("app", 2));
    assertThat(reading.hasErrors()).as("an agent goes on with such files").isFalse();
    assertThat(reading.problems())
        .extracting(Problem::toString)
        .containsExactly(
            app
                + ":4:17: warning: lane `app` has the limit 2 here, and 3 in "
                + app
                + ":2:18; an agent goes by the lowest, keep one",
            web
                + ":2:19: warning: lane `app` has the limit 4 here, and 3 in "
                + app
                + ":2:18; an agent goes by the lowest, keep one");
    assertThat(read(Severity.ERROR, app, web).problems())
        .hasSize(2)
        .extracting(Problem::severity)
        .containsOnly(Severity.ERROR);
  }

  @Test
  void of_two_words_on_a_busy_lane_it_waits() throws IOException {
    Path app = file("app", "deploy: {lane: {name: app, when_busy: reject}, task: go}");
    Path web = file("web", "deploy: {lane: {name: app, when_busy: replace}, task: go}");
    Path log = file("log", "other: {lane: {name: app, when_busy: replace}, task: go}");

    ScheduleReader.Reading reading = read(app, web, log);

    assertThat(reading.schedule().laneOf("deploy").whenBusy()).isEqualTo(WhenBusy.QUEUE);
    assertThat(reading.schedule().laneOf("other").whenBusy()).isEqualTo(WhenBusy.REPLACE);
    assertThat(reading.problems())
        .extracting(Problem::toString)
        .containsExactly(
            web
                + ":2:18: warning: event `deploy` has `when_busy` `replace` here, and `reject` in "
                + app
                + ":2:18; an agent goes by `queue`, keep one");
    assertThat(read(Severity.ERROR, app, web, log).hasErrors()).isTrue();
  }

  @Test
  void lanes_that_share_services_are_named_with_their_events() throws IOException {
    Path app =
        file(
            "app",
            "deploy: {lane: app, ordered_tasks: [{service: Web, task: go}, {service: lb, task: go}]}",
            "restart: {lane: app, ordered_tasks: [{service: cache, task: go}]}",
            "other: {lane: app, ordered_tasks: [{service: cache, task: go}]}");
    Path db =
        file(
            "db",
            "migrate: {lane: db, ordered_tasks: [{service: db, task: go}], finally: [{service: lb,"
                + " task: go}, {service: web, task: go}]}",
            "vacuum: {lane: db, ordered_tasks: [{service: db, task: go}]}",
            "audit: {lane: log, ordered_tasks: [{service: log, task: go}]}");

    ScheduleReader.Reading reading = read(Severity.ERROR, app, db);

    assertThat(reading.problems())
        .extracting(Problem::toString)
        .containsExactly(
            db
                + ":2:19: warning: the lanes `app` (deploy) and `db` (migrate) share services lb,"
                + " Web: their tasks may run side by side on one cluster of nodes; a node runs one"
                + " at a time");
    Schedule schedule = reading.schedule();
    assertThat(schedule.neighboursOf("deploy"))
        .containsExactly(new LaneNeighbour("db", List.of("lb", "Web"), List.of("migrate")));
    assertThat(schedule.neighboursOf("migrate"))
        .extracting(LaneNeighbour::lane, LaneNeighbour::shared, LaneNeighbour::events)
        .containsExactly(tuple("app", "services lb, web", List.of("deploy")));
    assertThat(schedule.neighboursOf("vacuum")).isEmpty();
    assertThat(schedule.neighboursOf("unknown")).isEmpty();
  }

  @Test
  void a_mistake_in_a_lane_brings_no_warning_of_the_common_one() throws IOException {
    Path app = file("app", "deploy: {lane: app, task: go}", "other: {lane: [app], task: go}");

    assertThat(read(app).problems()).extracting(Problem::severity).containsExactly(Severity.ERROR);
  }

  @Test
  void what_is_for_every_node_shares_them_with_all_lanes() throws IOException {
    Path app =
        file(
            "app",
            "deploy: {lane: app, ordered_tasks: [{service: web, task: go}]}",
            "reboot: {task: go}",
            "clean: {lane: disk, task: go}");

    ScheduleReader.Reading reading = read(app);

    assertThat(reading.schedule().neighboursOf("clean"))
        .extracting(LaneNeighbour::lane, LaneNeighbour::shared, LaneNeighbour::events)
        .containsExactly(
            tuple("common", "every node", List.of("reboot")),
            tuple("app", "service web", List.of("deploy")));
    assertThat(reading.problems())
        .extracting(Problem::message)
        .containsExactly(
            "the lanes `common` (reboot) and `app` (deploy) share service web: their tasks may run"
                + " side by side on one cluster of nodes; a node runs one at a time",
            "the lanes `app` (deploy) and `disk` (clean) share service web: their tasks may run"
                + " side by side on one cluster of nodes; a node runs one at a time",
            "the lanes `common` (reboot) and `disk` (clean) share every node: their tasks may run"
                + " side by side on one cluster of nodes; a node runs one at a time");
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
