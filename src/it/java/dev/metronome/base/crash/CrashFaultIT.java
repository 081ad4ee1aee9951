package dev.metronome.base.crash;

import static dev.metronome.base.crash.Bench.APP;
import static dev.metronome.base.crash.Bench.DB;
import static dev.metronome.base.crash.Bench.LB;
import static dev.metronome.base.crash.Request.step;
import static dev.metronome.base.crash.Scenario.crashAt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.base.crash.Scenario.Phase;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.NodeSelector;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Rollout;
import dev.metronome.model.record.TaskResult;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens when a process of ours is gone from one moment to the next. */
@ExtendWith(FaultBench.class)
class CrashFaultIT {

  /** docs/protocol.md, "Times": the crash of the leader's process. */
  private static final Duration CRASH = Duration.ofSeconds(5);

  /** docs/protocol.md, "Times": graceful hand-over. */
  private static final Duration HAND_OVER = Duration.ofSeconds(2);

  @Test
  @DisplayName("F01 before accept")
  void an_intake_node_that_dies_before_it_accepts_leaves_the_event_to_the_others(
      Scenario scenario) {
    scenario.leading(DB).start(APP, crashAt("before:accept")).awaitStarted();
    scenario.others();
    String id = scenario.fireUserEvent(DB, "quick");
    scenario.crashed(APP).start(APP);
    scenario.accepted(id).expect("success").expectRuns(APP, 1, 1);
  }

  @Test
  @DisplayName("F02 after accept")
  void an_event_outlives_the_only_node_that_accepted_it(Scenario scenario) {
    scenario.leading(DB).start(APP, crashAt("after:accept")).awaitStarted();
    scenario.others();
    List<Rule> held =
        List.of(scenario.proxy(DB).hold(step("accept")), scenario.proxy(LB).hold(step("accept")));
    String id = scenario.fireUserEvent(DB, "quick");
    scenario.crashed(APP).start(APP);
    scenario.accepted(id).expect("success");
    held.forEach(Rule::lift);
    scenario.expectRuns(DB, 0, 1).expectRuns(APP, 1, 1);
  }

  @ParameterizedTest(name = "F03 {0}")
  @ValueSource(strings = {"before:dispatch", "after:dispatch"})
  void a_leader_that_dies_while_it_dispatches_leaves_one_plan(String point, Scenario scenario) {
    died(DB, point, "quick", scenario);
    scenario.expect("success").expectRuns(DB, 0, 1);
  }

  /** The leader on this node at this point of the event; another one leads, and it starts anew. */
  private static void died(String node, String point, String event, Scenario scenario) {
    scenario.leading(node, crashAt(point)).others().fire(event).crashed(node);
    scenario.expectLeaderWithin(CRASH).start(node);
  }

  /** A bucket whose folder is gone is turned at once, as one that is full. */
  @ParameterizedTest(name = "F04 {0}")
  @ValueSource(strings = {"before:turn", "after:turn"})
  void a_leader_that_dies_while_it_turns_the_bucket_leaves_no_event_behind(
      String point, Scenario scenario) {
    scenario.leading(DB, crashAt(point)).others();
    String bucket = scenario.keysOf("queue_bucket").get("queue_bucket");
    String folder = scenario.keys().bucket(Long.parseLong(bucket));
    scenario.consulKeys().delete("/v1/kv/" + folder);
    scenario.fire("quick").crashed(DB);
    scenario.fire("quick").expectLeaderWithin(CRASH).start(DB);
    scenario.expect("success").expectRuns(DB, 0, 1);
    scenario.until(
        "one bucket, and it is the current one",
        () ->
            scenario
                .keysOf("event_queue/")
                .keySet()
                .equals(
                    Set.of(
                        "event_queue/"
                            + scenario.keysOf("queue_bucket").get("queue_bucket")
                            + "/")));
    assertThat(scenario.keysOf("queued/")).isEmpty();
  }

  /** What agents that know no slots have left (docs/records.md, "Upgrade"): task 0 is assigned. */
  @ParameterizedTest(name = "F04 {0}")
  @ValueSource(strings = {"before:move claim", "before:move plan", "after:move plan"})
  void a_leader_that_dies_while_it_takes_over_a_former_plan_has_its_work_finished(
      String point, Scenario scenario) {
    scenario.leading(DB, crashAt(point)).others();
    Event event = Event.of("former-1", "quick", Map.of(), Instant.now(), "fire", null);
    Plan plan =
        Plan.of(event, Instant.now(), "", List.of(task(0, "db"), task(1, "app"), task(2, "lb")))
            .open(Instant.now(), List.of(DB));
    Map<String, String> left = new LinkedHashMap<>();
    left.put("results/former-1", Json.text(EventResult.started(event, plan.startedAt())));
    left.put("results/former-1/0", Json.text(TaskResult.opened(plan)));
    left.put("nodes/" + DB + "/tasks/former-1.0", "{}");
    left.put("progress_task_queue/former-1", Json.text(plan).replaceFirst("2", "1"));
    left.forEach((key, value) -> scenario.consulKeys().put(scenario.keys().prefix() + key, value));
    scenario.accepted(event.id()).crashed(DB).expectLeaderWithin(CRASH).start(DB);
    scenario.expect("success");
    scenario.expectRuns(DB, 0, 1).expectRuns(APP, 1, 1).expectRuns(LB, 2, 1);
    assertThat(scenario.keysOf("nodes/" + DB + "/tasks/")).isEmpty();
    assertThat(scenario.keysOf("progress_task_queue/").keySet())
        .containsExactlyInAnyOrder("progress_task_queue/", "progress_task_queue/common");
  }

  private static PlannedTask task(int no, String service) {
    return new PlannedTask(
        no,
        "site",
        List.of("zero", "one", "two").get(no),
        new NodeSelector(Optional.of(service), Optional.empty()),
        new Rollout(true, false, false, 1));
  }

  @Test
  @DisplayName("F04 running")
  void a_leader_that_is_killed_while_a_task_runs_is_replaced(Scenario scenario) {
    scenario
        .cluster()
        .fire("slow")
        .during(Phase.RUNNING)
        .kill(scenario.leader())
        .expectLeaderWithin(CRASH)
        .expect("success")
        .expectRuns(APP, 1, 1)
        .expectRuns(LB, 2, 1);
  }

  @ParameterizedTest(name = "F04 {0}")
  @ValueSource(strings = {"before:close", "after:close@2", "before:end"})
  void a_leader_that_dies_while_it_moves_an_event_on_has_its_work_finished(
      String point, Scenario scenario) {
    everyTaskOnce(point, scenario);
  }

  @Tag("slow")
  @ParameterizedTest(name = "F04 {0}")
  @ValueSource(
      strings = {"after:close", "before:close@2", "before:open@2", "after:open@2", "after:end"})
  void a_leader_that_dies_at_any_other_point_has_its_work_finished(
      String point, Scenario scenario) {
    everyTaskOnce(point, scenario);
  }

  private static void everyTaskOnce(String point, Scenario scenario) {
    scenario.leading(DB, crashAt(point)).others().fire("quick").crashed(DB);
    scenario.expectLeaderWithin(CRASH).expect("success");
    scenario.expectRuns(DB, 0, 1).expectRuns(APP, 1, 1).expectRuns(LB, 2, 1);
  }

  @ParameterizedTest(name = "F04 {0}")
  @ValueSource(strings = {"before:batch", "after:batch"})
  void a_leader_that_dies_while_it_opens_a_batch_has_it_opened_once_and_not_early(
      String point, Scenario scenario) {
    died(DB, point, "rolling", scenario);
    expectOneByOne(scenario);
  }

  private static void expectOneByOne(Scenario scenario) {
    scenario.expect("success").expectRuns(DB, 0, 1).expectRuns(DB, 2, 1);
    assertThat(scenario.journalOf(1))
        .as("one node at a time, by name")
        .containsExactly(
            APP + " " + Journal.Mark.START,
            APP + " " + Journal.Mark.END,
            LB + " " + Journal.Mark.START,
            LB + " " + Journal.Mark.END);
  }

  @ParameterizedTest(name = "F04 {0}")
  @ValueSource(strings = {"before:gate", "after:gate", "before:gate passed", "after:gate passed"})
  void a_leader_that_dies_at_a_gate_of_health_has_nothing_opened_early_or_twice(
      String point, Scenario scenario) {
    died(DB, point, "gated", scenario);
    expectOneByOne(scenario);
    assertThat(pause(scenario)).as("the gate").isGreaterThanOrEqualTo(Duration.ofSeconds(2));
  }

  /** From the end of the second task on its first node to its start on the other. */
  private static Duration pause(Scenario scenario) {
    return Duration.between(
        scenario.nodeTime(APP, 1, "FinishedAt"), scenario.nodeTime(LB, 1, "StartedAt"));
  }

  @ParameterizedTest(name = "F04 {0}")
  @ValueSource(strings = {"before:gate failed", "after:gate failed"})
  void a_leader_that_dies_when_a_gate_of_health_has_failed_has_no_batch_opened_behind_it(
      String point, Scenario scenario) {
    String check = "{\"ID\":\"web-http\",\"Name\":\"http\",\"ServiceID\":\"web\",\"TTL\":\"1h\"}";
    scenario.leading(DB, crashAt(point)).others();
    scenario.bench().keys(APP).putTo("/v1/agent/check/register", check);
    try {
      scenario.fire("sick").crashed(DB).expectLeaderWithin(CRASH).start(DB);
      scenario.expect("error").expectRuns(APP, 1, 1).expectRuns(LB, 1, 0).expectRuns(DB, 2, 0);
    } finally {
      scenario.bench().keys(APP).putTo("/v1/agent/check/deregister/web-http", "");
    }
  }

  @Test
  @DisplayName("F04 at its gate")
  void
      a_leader_that_is_killed_while_a_task_waits_for_health_is_replaced_and_the_time_is_counted_anew(
          Scenario scenario) {
    scenario.cluster().fire("calm");
    scenario.until("it waits", () -> !gate(scenario, "Until").isEmpty());
    String until = gate(scenario, "Until");
    String since = gate(scenario, "Since");
    scenario.kill(scenario.leader()).expectLeaderWithin(CRASH);
    scenario.until("the successor waits", () -> !gate(scenario, "Since").equals(since));
    assertThat(gate(scenario, "Until")).as("the deadline").isEqualTo(until);
    Instant anew = Instant.parse(gate(scenario, "Since"));
    scenario.start(DB);
    scenario.expect("success").expectRuns(APP, 1, 1).expectRuns(LB, 1, 1);
    assertThat(Duration.between(anew, scenario.nodeTime(LB, 1, "StartedAt")))
        .isGreaterThanOrEqualTo(Duration.ofSeconds(8));
  }

  private static String gate(Scenario scenario, String field) {
    String plan =
        scenario.keysOf("progress_task_queue/").getOrDefault("progress_task_queue/common", "");
    Matcher found =
        Pattern.compile("\"Waiting\":\\{[^}]*\"" + field + "\":\"([^\"]+)\"").matcher(plan);
    return found.find() ? found.group(1) : "";
  }

  /** Task 1 fails on one of its two nodes; 3 takes it back, 4 takes back task 0, 5 is the end. */
  @ParameterizedTest(name = "F04 {0}")
  @ValueSource(
      strings = {
        "before:append undo",
        "after:append undo@2",
        "before:start finally",
        "after:start finally"
      })
  void a_leader_that_dies_on_the_way_back_has_everything_taken_back_once_and_in_order(
      String point, Scenario scenario) {
    takenBack(point, scenario);
  }

  @Tag("slow")
  @ParameterizedTest(name = "F04 {0}")
  @ValueSource(strings = {"after:append undo", "before:append undo@2"})
  void so_it_has_at_the_other_points(String point, Scenario scenario) {
    takenBack(point, scenario);
  }

  private static void takenBack(String point, Scenario scenario) {
    // Not where the undo is for: a claim of it in the moment of the crash would be interrupted.
    String leader = point.endsWith("append undo@2") ? LB : DB;
    died(leader, point, "taken-back", scenario);
    scenario.expect("error").expectRuns(DB, 0, 1).expectRuns(DB, 2, 0);
    scenario.expectRuns(APP, 1, 1).expectRuns(LB, 1, 1);
    scenario.expectRuns(APP, 3, 1).expectRuns(LB, 3, 1).expectRuns(DB, 3, 0);
    scenario.expectRuns(DB, 4, 1).expectRuns(APP, 4, 0).expectRuns(LB, 5, 1);
  }

  @Tag("slow")
  @ParameterizedTest(name = "F04 between {0}")
  @ValueSource(strings = {"after:close", "before:open@2"})
  void a_leader_that_dies_between_two_tasks_has_the_next_one_opened(
      String point, Scenario scenario) {
    scenario.leading(DB, crashAt(point)).others().fire("nobody");
    scenario.until("task 0 has run", () -> scenario.has(DB, 0, Journal.Mark.END));
    if (point.startsWith("before")) {
      scenario.bench().keys(APP).registerService("absent", "blue");
    }
    scenario.crashed(DB).expectLeaderWithin(CRASH);
    scenario.bench().keys(APP).registerService("absent", "blue");
    scenario.expect("success").expectRuns(DB, 0, 1).expectRuns(APP, 1, 1);
    scenario.bench().keys(APP).putTo("/v1/agent/service/deregister/absent", "");
  }

  @Test
  @DisplayName("F06 stopped")
  void a_leader_that_is_stopped_hands_over_and_ends_its_operation_first(Scenario scenario) {
    scenario
        .leading(APP)
        .others()
        .fire("slow")
        .during(Phase.RUNNING)
        .terminate(APP)
        .expectLeaderWithin(HAND_OVER)
        .expect("success")
        .expectRuns(APP, 1, 1);
    assertThat(scenario.proxy(APP).transactions())
        .as("it gives the lock back itself")
        .anyMatch(written -> written.request().takes("hand-over") && written.status() == 200);
    assertThat(scenario.agent(APP).awaitExit()).isZero();
    assertThat(scenario.log(APP)).contains("state=stopped");
  }

  @Test
  @Tag("slow")
  @DisplayName("F06 stopped while it contests")
  void an_agent_that_wins_the_lock_while_it_stops_gives_it_back(Scenario scenario) {
    scenario.lasting("8").cluster();
    Rule late = scenario.proxy(APP).hold(step("lead"));
    Rule later = scenario.proxy(LB).hold(step("lead"));
    scenario.fire("slow").during(Phase.RUNNING).kill(DB);
    scenario.until("two contest", () -> late.met().getCount() + later.met().getCount() == 0);
    scenario.terminate(APP).agent(APP).awaitLog("state=stopping");
    late.lift();
    scenario.until("it has the lock", () -> scenario.leaderNow().equals(APP) || given(scenario));
    scenario.fault();
    later.lift();
    scenario.until("the other one leads", () -> scenario.leaderNow().equals(LB));
    assertThat(scenario.has(APP, 1, Journal.Mark.END)).as("the task has ended").isFalse();
    scenario.expect("success").expectRuns(APP, 1, 1);
  }

  private static boolean given(Scenario scenario) {
    return scenario.proxy(APP).transactions().stream()
        .anyMatch(written -> written.request().takes("hand-over"));
  }
}
