package dev.metronome.pipeline.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Presence;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Status;
import dev.metronome.pipeline.queue.QueuedEvent;
import dev.metronome.testing.Records;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlannerTest {

  @TempDir private Path folder;
  @AutoClose private Leader leader;

  @BeforeEach
  void start() {
    leader = new Leader();
  }

  private Path pattern(String name, int priority, String steps) throws IOException {
    Path file = Files.createDirectories(folder.resolve(name)).resolve("task.yml");
    return Files.writeString(
        file,
        "events: {deploy: {priority: %d, ordered_tasks: [%s]}}%n".formatted(priority, steps)
            + "tasks: {one: {operations: [{echo: {text: 1}}]},"
            + " two: {operations: [{echo: {text: 2}}]}}\n");
  }

  private static Event deploy(Map<String, String> params) {
    return Event.of("e1", "deploy", params, Records.NOON, "test", null);
  }

  private static Optional<Plan> plan(Planner planner, Event event) {
    return move(planner, event).plan();
  }

  private static Move move(Planner planner, Event event) {
    return planner.plan(new QueuedEvent(event, "key", 1, Optional.empty())).moves().get(0);
  }

  private static EventResult rejected(Planner planner, Event event) {
    return move(planner, event).finished().event().orElseThrow();
  }

  @Test
  void patterns_follow_one_another_by_priority_and_then_by_the_order_of_files() throws Exception {
    Path late = pattern("late", 60, "{task: one}");
    Path tied = pattern("tied", 10, "{task: two}");
    Path first = pattern("first", 10, "{service: db, tag: primary, task: one, skippable: false}");

    Plan planned = plan(leader.planner(late, tied, first), deploy(Map.of())).orElseThrow();

    assertThat(planned.tasks())
        .extracting(task -> task.no() + " " + task.pattern() + "/" + task.task())
        .containsExactly("0 tied/two", "1 first/one", "2 late/one");
    PlannedTask filtered = planned.tasks().get(1);
    assertThat(filtered.filter()).isEqualTo("db primary");
    assertThat(filtered.rollout().skippable()).isFalse();
    assertThat(planned.tasks().get(0).rollout().skippable()).isTrue();
  }

  @Test
  void an_event_that_no_agent_defines_is_rejected_as_skip() throws Exception {
    Event unheard = Event.of("e1", "unheard", Map.of(), Records.NOON, "test", null);

    EventResult rejected = rejected(leader.planner(pattern("p", 50, "{task: one}")), unheard);

    assertThat(rejected.status()).isEqualTo(Status.SKIP);
    assertThat(rejected.reason()).contains(Reason.UNDEFINED);
  }

  @Test
  void parameters_that_the_leaders_files_do_not_take_are_rejected_whoever_has_accepted_them()
      throws Exception {
    Path file = pattern("web", 50, "{task: one}");
    String text = Files.readString(file);
    Files.writeString(
        file,
        text.replace("ordered_tasks:", "parameters: {version: {required: true}}, ordered_tasks:"));
    assertThat(Files.readString(file)).isNotEqualTo(text);

    EventResult rejected = rejected(leader.planner(file), deploy(Map.of("verison", "s3cret")));

    assertThat(rejected.status()).isEqualTo(Status.ERROR);
    assertThat(rejected.message().orElse(""))
        .contains(
            "the task files of the leader leader do not take deploy as it is: parameter `verison`"
                + " is not declared; did you mean `version`?; parameter `version` is missing")
        .doesNotContain("s3cret");
    assertThat(plan(leader.planner(file), deploy(Map.of("version", "1")))).isPresent();
  }

  @Test
  void a_file_beyond_understanding_keeps_an_event_that_others_have_in_its_pattern()
      throws Exception {
    Path good = pattern("web", 50, "{task: one}");
    Path bad = Files.createDirectories(folder.resolve("db")).resolve("task.yml");
    Files.writeString(bad, "]");
    Planner planner = leader.planner(good, bad);
    assertThat(plan(planner, deploy(Map.of()))).isPresent();

    others("n2", Map.of("db", List.of("deploy")));
    EventResult rejected = rejected(planner, deploy(Map.of()));
    assertThat(rejected.status()).isEqualTo(Status.ERROR);
    assertThat(rejected.message().orElse(""))
        .contains("is on other nodes also in pattern db", "db/task.yml:1:1: error: ");
  }

  @Test
  void a_part_of_an_event_that_only_others_have_is_left_out_by_name_and_the_rest_runs()
      throws Exception {
    others("n2", Map.of("web", List.of("deploy"), "db", List.of("deploy")));
    Planner planner = leader.planner(pattern("web", 50, "{task: one}"));

    Plan planned = plan(planner, deploy(Map.of())).orElseThrow();
    assertThat(planned.tasks()).hasSize(1);
    assertThat(planned.told(List.of()))
        .containsExactly(
            "pattern db (on n2): the task files of the leader leader do not define it for this"
                + " event");
    assertThat(planned.hasLeftNodesOut()).isFalse();
  }

  @Test
  void what_others_have_of_other_events_is_of_no_interest() throws Exception {
    others("n2", Map.of("web", List.of("deploy"), "db", List.of("backup")));
    Planner planner = leader.planner(pattern("web", 50, "{task: one}"));
    Plan planned = plan(planner, deploy(Map.of())).orElseThrow();
    assertThat(planned.leftOutBefore()).isEmpty();
  }

  private void others(String node, Map<String, List<String>> patterns) {
    Map<String, Presence.PatternPresence> has = new TreeMap<>();
    patterns.forEach(
        (name, events) ->
            has.put(name, new Presence.PatternPresence("0".repeat(64), events, Map.of())));
    Presence other =
        new Presence(
            1,
            node,
            "1.0",
            "h",
            7,
            Records.NOON,
            node + "/1",
            has,
            Optional.empty(),
            Map.of(),
            Optional.empty(),
            List.of(),
            List.of());
    leader.connection.commit(
        new Transaction()
            .lock(leader.keys.presence(node), Json.write(other), leader.member.session()));
  }

  @Test
  void a_plan_too_large_for_a_transaction_is_rejected_rather_than_stuck() throws Exception {
    String steps =
        String.join(
            ", ", Collections.nCopies(999, "{service: " + "s".repeat(120) + ", task: one}"));

    EventResult rejected =
        rejected(
            leader.planner(pattern("large", 50, steps)),
            deploy(Map.of("notes", "n".repeat(60_000))));

    assertThat(rejected.status()).isEqualTo(Status.ERROR);
    assertThat(rejected.message().orElse("")).contains("999 tasks", "split the event");
  }
}
