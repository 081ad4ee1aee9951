package dev.metronome.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Freeze;
import dev.metronome.model.record.FreezeScope;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.testing.Records;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code plan} says of lanes, on a Consul without an agent. */
class LanePlanTest {
  private static final String TASKS =
      """
      events:
        deploy: {lane: common, ordered_tasks: [{service: web, task: go}]}
        audit: {lane: {name: common, when_busy: reject}, ordered_tasks: [{service: log, task: go}]}
        restart: {lane: {name: side, limit: 2, when_busy: replace}, ordered_tasks: [{service: Web, task: go}]}
        check: {window: later, lane: side, ordered_tasks: [{service: none, task: go}]}
      windows:
        later: {from: "%s", to: "%s"}
      tasks:
        go: {operations: [{echo: a}]}
      """;

  private final Instant opens =
      Instant.now().truncatedTo(ChronoUnit.DAYS).plus(Duration.ofDays(30));

  @TempDir static Path folder;
  @AutoClose private final OneNodeCluster cluster = new OneNodeCluster();
  private Shell shell;

  @BeforeEach
  void define() throws Exception {
    Path file = Files.createDirectories(folder.resolve("app")).resolve("task.yml");
    Files.writeString(file, TASKS.formatted(opens, opens.plus(Duration.ofDays(1))));
    shell = cluster.shell(folder).environment("METRONOME_FILES", file.toString());
  }

  private void put(String key, Object record) {
    cluster.connection().commit(new Transaction().set(key, Json.write(record)));
  }

  /** It has taken so long before. */
  private void took(String id, String name, Duration time) {
    Instant start = Records.NOON;
    Event event = Event.of(id, name, Map.of(), start, "fire", "anna@desk");
    put(
        OneNodeCluster.KEYS.result(id),
        EventResult.ended(event, start, start.plus(time), Outcome.success()));
  }

  private void waits(String id, String name) {
    put(
        OneNodeCluster.KEYS.event(1, id),
        Event.of(id, name, Map.of(), Instant.now(), "fire", "anna@desk"));
  }

  private void runs(String id, String name, Duration since) {
    runs(id, name, since, Keys.COMMON_LANE);
  }

  private void runs(String id, String name, Duration since, String slot) {
    Event event = Event.of(id, name, Map.of(), Instant.now(), "fire", "anna@desk");
    put(
        OneNodeCluster.KEYS.plan(slot),
        Plan.of(
                event,
                Instant.now().minus(since),
                "",
                List.of(Records.task(0, "go")),
                Optional.empty())
            .inSlot(slot));
  }

  private JsonNode json(String event) throws Exception {
    shell.run("plan", event, "--json");
    return new ObjectMapper().readTree(shell.out());
  }

  @Test
  void what_runs_and_waits_before_it_and_when_it_would_begin_is_told() throws Exception {
    took("d1", "deploy", Duration.ofHours(2));
    took("a1", "audit", Duration.ofHours(1));
    runs("d2", "deploy", Duration.ofMinutes(30));
    waits("a2", "audit");
    waits("r2", "restart");

    shell.run("plan", "deploy");

    assertThat(shell.out())
        .containsPattern("lane +common, 1 at once, when_busy: queue\n")
        .containsPattern("before it +deploy d2 is in progress, usually 1 h (29|30) min more\n")
        .containsPattern("before it +audit a2 waits, usually 1 h 0 min\n")
        .containsPattern(
            "beside it +lane side \\(restart\\), for service web, too: their tasks may run side by"
                + " side on one cluster of nodes; a node runs one at a time\n")
        .containsPattern(
            "would begin +in 2 h (29|30) min at the earliest, after 1 in progress and 1"
                + " waiting\n")
        .doesNotContain("restart r2");
    JsonNode plan = json("deploy");
    assertThat(plan.at("/Lane/Name").asText()).isEqualTo("common");
    assertThat(plan.at("/Lane/Limit").asInt()).isEqualTo(1);
    assertThat(plan.at("/Lane/WhenBusy").asText()).isEqualTo("queue");
    assertThat(plan.at("/Lane/Ahead/0/Status").asText()).isEqualTo("inprogress");
    assertThat(plan.at("/Lane/Ahead/1/LeftSeconds").asInt()).isEqualTo(3_600);
    assertThat(plan.at("/Lane/Beside/0/Lane").asText()).isEqualTo("side");
    assertThat(Instant.parse(plan.at("/Start").asText()))
        .isBetween(
            Instant.now().plus(Duration.ofMinutes(148)),
            Instant.now().plus(Duration.ofMinutes(150)));
  }

  @Test
  void what_nobody_knows_the_time_of_is_said_and_only_its_lane_counts() throws Exception {
    runs("d2", "deploy", Duration.ofMinutes(30));
    waits("r2", "restart");
    shell.run("plan", "deploy");
    assertThat(shell.out())
        .containsPattern("before it +deploy d2 is in progress\n")
        .containsPattern("would begin +at a time that is not known, after 1 in progress and 0");
    assertThat(json("deploy").has("Start")).isFalse();

    shell.run("plan", "restart");
    assertThat(shell.out())
        .containsPattern("lane +side, 2 at once, when_busy: replace\n")
        .containsPattern("would replace +restart r2\n")
        .containsPattern("would begin +at once\n")
        .doesNotContain("before it");
  }

  @Test
  void of_a_lane_of_two_it_begins_when_the_first_has_ended() throws Exception {
    took("d1", "deploy", Duration.ofHours(9));
    took("r1", "restart", Duration.ofHours(3));
    took("c1", "check", Duration.ofHours(2));
    runs("d2", "deploy", Duration.ofMinutes(30));
    runs("r2", "restart", Duration.ofMinutes(30), "side.1");
    assertThat(json("restart").at("/Lane/Ahead").findValuesAsText("ID")).containsExactly("r2");
    shell.run("plan", "restart");
    assertThat(shell.out()).containsPattern("would begin +at once, after 1 in progress and 0");

    runs("c2", "check", Duration.ofMinutes(30), "side.2");
    shell.run("plan", "restart");
    assertThat(shell.out())
        .containsPattern("would begin +in 1 h (29|30) min at the earliest, after 2 in progress");
  }

  @Test
  void a_window_is_waited_for_after_the_lane() throws Exception {
    assertThat(json("check").at("/Start").asText()).isEqualTo(opens.toString());
    shell.run("plan", "check");
    assertThat(shell.out())
        .containsPattern("would begin +in (28|29|30) d [0-9]+ h at the earliest\n");
  }

  @Test
  void a_freeze_is_waited_for_until_its_end_if_it_has_one() throws Exception {
    Instant thawed = Instant.now().truncatedTo(ChronoUnit.SECONDS).plus(Duration.ofHours(5));
    freeze(FreezeScope.event("deploy"), Optional.of(thawed));
    assertThat(json("deploy").at("/Start").asText()).isEqualTo(thawed.toString());
    freeze(FreezeScope.lane("side"), Optional.empty());
    assertThat(json("restart").has("Start")).isFalse();
    assertThat(json("deploy").has("Start")).isTrue();
    freeze(FreezeScope.ALL, Optional.empty());
    assertThat(json("deploy").has("Start")).isFalse();
  }

  private void freeze(FreezeScope scope, Optional<Instant> until) {
    put(
        OneNodeCluster.KEYS.freeze(scope),
        Freeze.of(scope, "anna@desk", Instant.now(), "moving", until));
  }

  @Test
  void ahead_of_what_waits_it_begins_after_what_runs_alone() {
    took("a1", "audit", Duration.ofHours(1));
    took("d1", "deploy", Duration.ofHours(2));
    runs("d2", "deploy", Duration.ofMinutes(30));
    waits("a2", "audit");

    assertThat(shell.run("plan", "deploy", "--ahead")).isEqualTo(1);
    assertThat(shell.out())
        .contains("d2 is in progress")
        .doesNotContain("a2")
        .containsPattern(
            "would begin +in 1 h (29|30) min.* at the earliest, after 1 in progress and 0");
  }

  @Test
  void that_a_busy_lane_rejects_it_is_a_doubt() throws Exception {
    assertThat(json("audit").at("/Doubts").toString()).doesNotContain("busy");
    runs("d2", "deploy", Duration.ofMinutes(30));
    assertThat(shell.run("plan", "audit")).isNotZero();
    assertThat(shell.out())
        .containsPattern(
            "but +its lane common is busy with deploy d2: by `when_busy: reject` it would end as"
                + " skip\n");
  }
}
