package dev.metronome.pipeline.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.model.record.BatchPlace;
import dev.metronome.model.record.Batching;
import dev.metronome.model.record.Cancellation;
import dev.metronome.model.record.EndedGate;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.GateState;
import dev.metronome.model.record.GateWait;
import dev.metronome.model.record.HealthGate;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.LeftOut;
import dev.metronome.model.record.NodeSelector;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Part;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Resume;
import dev.metronome.model.record.Rollout;
import dev.metronome.model.record.Share;
import dev.metronome.model.record.Status;
import dev.metronome.testing.NodeStates;
import dev.metronome.testing.Records;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A task that waits for the health of its nodes, on the leader and in front of Consul. */
class GatedTaskTest {

  private static final Duration FOR = Duration.ofSeconds(10);
  private static final Duration WITHIN = Duration.ofMinutes(5);
  private static final Outcome FAILED = Outcome.error(Reason.FAILED, "exit status 1");

  @AutoClose private final Leader leader = new Leader();

  /** Each with an agent, and an instance of app that has a check. */
  private List<String> nodes(int number) {
    List<String> names = IntStream.range(0, number).mapToObj("n%02d"::formatted).toList();
    names.forEach(this::node);
    return names;
  }

  private void node(String name) {
    leader.agent(name);
    app(name, "passing");
  }

  private void app(String node, String status) {
    NodeStates.service(leader.consul, node, "app", "app", "blue");
    http(node, status);
  }

  private void http(String node, String status) {
    NodeStates.check(leader.consul, node, "app", "http", status);
  }

  private static Batching gated(String maxFailures, String keep, String... serial) {
    Batching batches = BatchesTest.batching(null, maxFailures, serial);
    return new Batching(
        batches.serial(),
        batches.order(),
        batches.spread(),
        batches.maxFailures(),
        Optional.of(
            new HealthGate(
                FOR.toSeconds(),
                WITHIN.toSeconds(),
                Optional.ofNullable(keep).flatMap(Share::read))));
  }

  private static Plan plan(Event event, Batching batching) {
    PlannedTask first =
        new PlannedTask(
            0,
            "web",
            "install",
            new NodeSelector(Optional.of("app"), Optional.of("blue")),
            new Rollout(true, false, false, 1),
            batching);
    return Plan.of(event, Records.NOON, "web:0", List.of(first, Records.task(1, "after")));
  }

  private void dispatched(Batching batching) {
    leader.dispatched(plan(Records.event("e1"), batching));
    advance();
  }

  /** As often as there is something to do at this moment. */
  private void advance() {
    for (int i = 0; i < 20; i++) {
      leader.look();
      if (leader.progress.view().head().isEmpty() || leader.advance().isEmpty()) {
        return;
      }
    }
    throw new AssertionError("it never comes to rest");
  }

  private void elapse(Duration time) {
    leader.elapse(time);
    leader.clock.forward(time);
    advance();
  }

  private void ended(Outcome how, String... nodes) {
    for (String node : nodes) {
      leader.ended("e1", 0, node, how);
    }
    advance();
  }

  private void succeeded(String... nodes) {
    ended(Outcome.success(), nodes);
  }

  private boolean isOpen(String node) {
    return leader.isAssigned(node, "e1", 0);
  }

  private boolean hasGoneOn() {
    return leader.plan("e1").filter(plan -> plan.current() == 1).isPresent();
  }

  private Optional<String> waitsFor() {
    return leader
        .plan("e1")
        .flatMap(Plan::gate)
        .flatMap(GateState::waiting)
        .flatMap(GateWait::what);
  }

  private void deregister(String node) {
    NodeStates.removeService(leader.consul, node, "app");
  }

  @Test
  void the_next_batch_opens_when_the_one_before_has_been_well_for_so_long_and_not_earlier() {
    nodes(3);
    dispatched(gated(null, null, "1", "2"));
    succeeded("n00");
    assertThat(leader.plan("e1").orElseThrow().gate().orElseThrow().waiting())
        .hasValue(new GateWait(Records.NOON.plus(WITHIN), Records.NOON, Optional.empty()));
    assertThat(leader.result("e1", 0).gate()).isPresent();
    elapse(FOR.minusSeconds(1));
    assertThat(isOpen("n01")).isFalse();

    elapse(Duration.ofSeconds(1));
    assertThat(isOpen("n01")).isTrue();
    assertThat(leader.result("e1", 0).gate()).isEmpty();
    succeeded("n01", "n02");
    assertThat(leader.result("e1", 0).batch().map(BatchPlace::toString)).hasValue("batch 2 of 2");
    assertThat(hasGoneOn()).as("the last batch has a gate too").isFalse();
    elapse(FOR);
    assertThat(hasGoneOn()).isTrue();
    assertThat(leader.result("e1", 0).status()).isEqualTo(Status.SUCCESS);
    assertThat(leader.plan("e1").orElseThrow().gate()).isEmpty();
  }

  @Test
  void a_task_without_batches_has_a_gate_before_the_next_task() {
    nodes(2);
    dispatched(gated(null, null));
    http("n01", "critical");
    succeeded("n00", "n01");
    elapse(FOR.multipliedBy(2));
    assertThat(hasGoneOn()).isFalse();
    assertThat(waitsFor()).hasValue("n01: check `http` critical");
    http("n01", "passing");
    advance();
    elapse(FOR);
    assertThat(hasGoneOn()).isTrue();
  }

  @Test
  void neither_a_warning_nor_a_missing_instance_nor_a_critical_check_of_the_node_is_well() {
    nodes(3);
    dispatched(gated(null, null));
    http("n00", "warning");
    succeeded("n00", "n01", "n02");
    elapse(FOR.multipliedBy(2));
    assertThat(waitsFor()).hasValue("n00: check `http` warning");

    http("n00", "passing");
    deregister("n01");
    elapse(FOR);
    assertThat(waitsFor()).hasValue("n01: no instance of app");

    app("n01", "passing");
    NodeStates.check(leader.consul, "n02", "", "disk", "critical");
    elapse(FOR.multipliedBy(2));
    assertThat(waitsFor()).hasValue("n02: check of the node `disk` critical");

    NodeStates.check(leader.consul, "n02", "", "disk", "passing");
    advance();
    elapse(FOR);
    assertThat(hasGoneOn()).isTrue();
  }

  @Test
  void health_that_flaps_starts_the_time_anew_and_the_deadline_stays() {
    nodes(2);
    dispatched(gated(null, null, "1"));
    succeeded("n00");
    for (int i = 0; i < 29; i++) {
      elapse(FOR.minusSeconds(1));
      http("n00", i % 2 == 0 ? "critical" : "passing");
      elapse(Duration.ofSeconds(1));
      assertThat(isOpen("n01")).isFalse();
    }
    http("n00", "passing");
    elapse(FOR.minusSeconds(1));
    assertThat(leader.plan("e1")).isPresent();
    elapse(Duration.ofSeconds(1));
    assertThat(leader.result("e1").status()).isEqualTo(Status.ERROR);
    assertThat(isOpen("n01")).isFalse();
  }

  @Test
  void a_check_that_disappears_and_an_instance_under_another_id_start_the_time_anew() {
    nodes(2);
    dispatched(gated(null, null, "1"));
    succeeded("n00");
    elapse(FOR.minusSeconds(1));
    NodeStates.removeCheck(leader.consul, "n00", "app-http");
    elapse(Duration.ofSeconds(2));
    assertThat(isOpen("n01")).as("a check is gone").isFalse();

    elapse(FOR);
    assertThat(isOpen("n01")).as("it is well without the check").isTrue();
    succeeded("n01");
    elapse(FOR.minusSeconds(1));
    NodeStates.service(leader.consul, "n01", "app-2", "app", "blue");
    deregister("n01");
    elapse(Duration.ofSeconds(2));
    assertThat(hasGoneOn()).as("another instance").isFalse();
    elapse(FOR);
    assertThat(hasGoneOn()).isTrue();
  }

  @Test
  void a_gate_that_runs_out_ends_the_event_as_error_with_its_own_reason() {
    nodes(3);
    dispatched(gated(null, null, "1"));
    http("n00", "critical");
    succeeded("n00");
    elapse(WITHIN.minusSeconds(1));
    assertThat(leader.plan("e1")).isPresent();
    elapse(Duration.ofSeconds(1));

    assertThat(leader.result("e1").status()).isEqualTo(Status.ERROR);
    assertThat(leader.result("e1").reason()).hasValue(Reason.UNHEALTHY);
    assertThat(leader.result("e1", 0).message().orElse(""))
        .isEqualTo(
            "batch 1 of 3 was not well for 10 s within 300 s: n00: check `http` critical;"
                + " stopped after batch 1 of 3 (max_failures 0), 2 nodes not reached");
    assertThat(leader.result("e1", 0).leftOut())
        .containsExactly(
            new LeftOut("n01", LeftOut.NOT_REACHED), new LeftOut("n02", LeftOut.NOT_REACHED));
    assertThat(leader.result("e1", 0, "n00").status()).isEqualTo(Status.SUCCESS);
  }

  @Test
  void a_gate_that_failed_is_undone_like_any_failure_on_the_nodes_that_ran_it() {
    nodes(3);
    Plan ordered = plan(Records.event("e1"), gated(null, null, "1"));
    PlannedTask undo =
        new PlannedTask(
            1,
            "web",
            "install",
            Optional.of(Part.UNDO),
            Optional.of(0),
            ordered.head().nodes(),
            ordered.head().rollout(),
            BatchesTest.batching(null, null, "1"));
    leader.dispatched(
        Plan.of(ordered.event(), Records.NOON, "web:0", List.of(ordered.head(), undo)));
    succeeded("n00");
    elapse(FOR);
    http("n01", "critical");
    succeeded("n01");
    elapse(WITHIN);
    assertThat(leader.result("e1", 0).reason()).hasValue(Reason.UNHEALTHY);
    for (String node : List.of("n01", "n00")) {
      assertThat(leader.isAssigned(node, "e1", 1)).as("batches, the last first").isTrue();
      leader.ended("e1", 1, node, Outcome.success());
      advance();
    }
    assertThat(leader.result("e1").reason()).hasValue(Reason.UNHEALTHY);
    assertThat(leader.result("e1").message().orElse("")).endsWith("undone: task 0 install");
    assertThat(leader.isAssigned("n02", "e1", 1)).isFalse();
  }

  @Test
  void max_failures_counts_a_gate_that_failed_like_a_node() {
    nodes(4);
    dispatched(gated("1", null, "1"));
    http("n00", "critical");
    succeeded("n00");
    elapse(WITHIN);
    assertThat(isOpen("n01")).isTrue();

    ended(FAILED, "n01");
    assertThat(isOpen("n02")).as("one failure too many").isFalse();
    assertThat(leader.result("e1").status()).isEqualTo(Status.ERROR);
    assertThat(leader.result("e1", 0).leftOut()).hasSize(2);
  }

  @Test
  void a_gate_that_failed_and_was_allowed_to_makes_the_event_an_error_in_the_end() {
    nodes(2);
    dispatched(gated("100%", null, "1"));
    http("n00", "critical");
    succeeded("n00");
    elapse(WITHIN);
    http("n01", "critical");
    succeeded("n01");
    assertThat(leader.result("e1").status())
        .as("the last batch has its gate")
        .isEqualTo(Status.INPROGRESS);
    http("n01", "passing");
    elapse(Duration.ofSeconds(1));
    elapse(FOR);
    assertThat(leader.result("e1").reason()).hasValue(Reason.UNHEALTHY);
    assertThat(leader.result("e1", 0).message().orElse("")).contains("n00: check `http` critical");
  }

  @Test
  void a_node_that_has_failed_counts_as_that_and_its_health_is_not_waited_for() {
    nodes(3);
    dispatched(gated("1", null, "2"));
    http("n00", "critical");
    leader.ended("e1", 0, "n00", FAILED);
    succeeded("n01");
    elapse(FOR);
    assertThat(isOpen("n02")).isTrue();
  }

  @Test
  void with_another_leader_the_time_of_health_starts_anew_and_the_deadline_does_not() {
    nodes(3);
    dispatched(gated(null, null, "1"));
    succeeded("n00");
    elapse(FOR.minusSeconds(1));
    leader.succeed();
    elapse(Duration.ofSeconds(2));
    assertThat(isOpen("n01")).as("the successor has not seen it well for so long").isFalse();
    elapse(FOR);
    assertThat(isOpen("n01")).isTrue();

    http("n01", "critical");
    succeeded("n01");
    elapse(WITHIN.minusSeconds(30));
    leader.succeed();
    elapse(Duration.ofSeconds(29));
    assertThat(leader.plan("e1")).isPresent();
    elapse(Duration.ofSeconds(1));
    assertThat(leader.result("e1").reason()).hasValue(Reason.UNHEALTHY);
  }

  @Test
  void a_clock_that_is_set_ends_no_gate() {
    nodes(2);
    dispatched(gated(null, null, "1"));
    http("n00", "critical");
    succeeded("n00");
    leader.clock.forward(Duration.ofDays(1));
    advance();
    assertThat(leader.plan("e1")).isPresent();
    leader.clock.forward(Duration.ofDays(-2));
    leader.succeed();
    leader.elapse(Duration.ofSeconds(1));
    advance();
    leader.elapse(WITHIN);
    advance();
    assertThat(leader.result("e1").reason()).hasValue(Reason.UNHEALTHY);
  }

  @Test
  void what_is_sick_beside_a_batch_counts_for_keep_and_never_against_the_gate() {
    nodes(4);
    http("n03", "critical");
    dispatched(gated("100%", "2", "1"));
    assertThat(isOpen("n00")).as("two of three are well beside it").isTrue();
    succeeded("n00");
    elapse(FOR);
    assertThat(isOpen("n01")).as("n00 and n02 are well").isTrue();

    http("n02", "warning");
    succeeded("n01");
    elapse(FOR);
    assertThat(isOpen("n02")).as("n00 and n01 are").isTrue();
    http("n00", "critical");
    http("n02", "passing");
    succeeded("n02");
    elapse(FOR);
    assertThat(isOpen("n03")).as("n01 and n02 are").isTrue();
    assertThat(waitsFor()).isEmpty();
  }

  @Test
  void a_batch_that_would_leave_too_few_waits_and_stops_the_task_whatever_may_fail() {
    nodes(3);
    dispatched(gated("100%", "2", "1"));
    succeeded("n00");
    http("n02", "critical");
    elapse(FOR);
    assertThat(isOpen("n01")).isFalse();
    String few =
        "only 1 of 3 instances of app are well beside the next batch, 2 must be (keep 2):"
            + " n02: check `http` critical";
    assertThat(waitsFor()).hasValue(few);
    elapse(WITHIN.minus(FOR).minusSeconds(1));
    assertThat(leader.plan("e1")).isPresent();
    elapse(Duration.ofSeconds(1));
    assertThat(leader.result("e1").reason()).hasValue(Reason.UNHEALTHY);
    assertThat(leader.result("e1", 0).message().orElse(""))
        .contains("no further batch could be opened within 300 s: " + few)
        .contains("stopped after batch 1 of 3");
    assertThat(isOpen("n01")).isFalse();
  }

  @Test
  void the_first_batch_waits_for_keep_too_and_what_can_never_be_says_so_in_the_end() {
    nodes(2);
    http("n01", "critical");
    dispatched(gated(null, "1", "1"));
    assertThat(leader.plan("e1").orElseThrow().isOpen()).isTrue();
    assertThat(leader.result("e1", 0).targets()).isEmpty();
    assertThat(isOpen("n00")).isFalse();
    http("n01", "passing");
    elapse(Duration.ofSeconds(1));
    assertThat(isOpen("n00")).isTrue();
    assertThat(leader.result("e1", 0).batch().map(BatchPlace::toString)).hasValue("batch 1 of 2");
    succeeded("n00");
    elapse(FOR);
    succeeded("n01");
    elapse(FOR);
    assertThat(hasGoneOn()).isTrue();
    leader.ended("e1", 1, "n00", Outcome.success());
    leader.ended("e1", 1, "n01", Outcome.success());
    advance();

    leader.dispatched(plan(Records.event("e2"), gated(null, "50%")));
    advance();
    elapse(WITHIN);
    assertThat(leader.result("e2").reason()).hasValue(Reason.UNHEALTHY);
    assertThat(leader.result("e2", 0).message().orElse("")).contains("stopped before the first");
    assertThat(leader.result("e2", 0).leftOut()).extracting(LeftOut::node).hasSize(2);
  }

  @Test
  void our_own_maintenance_is_not_waited_for_and_an_operators_is() {
    nodes(3);
    NodeStates.maintainService(
        leader.consul, "n00", "app", "metronome/ on n00: event e1 (deploy), task 0 install");
    dispatched(gated(null, null, "1"));
    succeeded("n00");
    elapse(FOR);
    assertThat(isOpen("n01")).isTrue();

    NodeStates.maintainService(leader.consul, "n01", "app", "a new disk");
    succeeded("n01");
    elapse(FOR);
    assertThat(waitsFor()).hasValue("n01: it is in maintenance: a new disk");
    assertThat(isOpen("n02")).isFalse();
    NodeStates.maintain(leader.consul, "n01", "a new kernel");
    elapse(WITHIN);
    assertThat(leader.result("e1").reason()).hasValue(Reason.UNHEALTHY);
    assertThat(leader.result("e1", 0).message().orElse("")).contains("and 1 more");
  }

  @Test
  void a_node_that_joins_is_no_part_of_it_and_one_that_leaves_is_missing() {
    nodes(3);
    dispatched(gated(null, null, "1", "2"));
    node("n00a");
    http("n00a", "critical");
    succeeded("n00");
    elapse(FOR);
    assertThat(isOpen("n01")).isTrue();
    assertThat(isOpen("n00a")).isFalse();

    succeeded("n01", "n02");
    leader.consul.fail("n02");
    elapse(FOR);
    assertThat(waitsFor()).hasValue("n02: the node has failed");
    elapse(WITHIN);
    assertThat(leader.result("e1").reason()).hasValue(Reason.UNHEALTHY);
  }

  @Test
  void an_agent_of_another_name_is_looked_for_where_it_is() {
    nodes(1);
    leader.service("consul-7", "metronome", "metronome-app-7", null);
    app("consul-7", "critical");
    dispatched(gated(null, null));
    succeeded("n00", "app-7");
    elapse(FOR);
    assertThat(waitsFor()).hasValue("app-7: check `http` critical");
    http("consul-7", "passing");
    advance();
    elapse(FOR);
    assertThat(hasGoneOn()).isTrue();
  }

  @Test
  void a_cancellation_at_the_gate_ends_the_task_at_once_as_cancelled() {
    nodes(1);
    dispatched(gated(null, null));
    succeeded("n00");
    leader.given(
        leader
            .plan("e1")
            .orElseThrow()
            .cancel(new Cancellation("me", Records.NOON, Optional.empty())));
    advance();
    assertThat(leader.result("e1").reason()).hasValue(Reason.CANCELLED);
    assertThat(leader.result("e1", 0).status()).as("not proven").isEqualTo(Status.ERROR);
  }

  private static Event again(List<String> nodes, List<String> healthy) {
    return Records.event("e1").resuming(new Resume("e0", 0, "web", "install", nodes, healthy));
  }

  @Test
  void a_retry_begins_at_the_gate_that_failed_and_runs_nothing_again_there() {
    nodes(3);
    http("n00", "critical");
    leader.dispatched(plan(again(List.of("n01", "n02"), List.of("n00")), gated(null, null, "1")));
    advance();
    elapse(FOR);
    assertThat(isOpen("n01")).isFalse();
    assertThat(waitsFor()).hasValue("n00: check `http` critical");
    http("n00", "passing");
    advance();
    elapse(FOR);
    assertThat(isOpen("n01")).isTrue();
    assertThat(isOpen("n00")).isFalse();
    assertThat(leader.result("e1", 0).batch().map(BatchPlace::toString)).hasValue("batch 1 of 2");
  }

  @Test
  void a_retry_of_a_last_gate_runs_nothing_and_goes_on_when_all_is_well() {
    nodes(2);
    http("n00", "critical");
    leader.dispatched(plan(again(List.of(), List.of("n00", "n01")), gated(null, null)));
    advance();
    elapse(FOR);
    assertThat(isOpen("n00") || isOpen("n01") || hasGoneOn()).isFalse();
    http("n00", "passing");
    advance();
    elapse(FOR);
    assertThat(hasGoneOn()).isTrue();
    assertThat(leader.result("e1", 0).status()).isEqualTo(Status.SUCCESS);
  }

  @Test
  void what_each_gate_came_to_and_when_stands_in_the_result() {
    nodes(3);
    dispatched(gated("100%", null, "1"));
    succeeded("n00");
    elapse(FOR);
    http("n01", "critical");
    succeeded("n01");
    elapse(WITHIN);
    succeeded("n02");
    elapse(FOR);

    Instant first = Records.NOON.plus(FOR);
    Instant second = first.plus(WITHIN);
    List<EndedGate> gates = leader.result("e1", 0).gates();
    assertThat(gates.get(0))
        .isEqualTo(new EndedGate(1, Status.SUCCESS, Records.NOON, first, Optional.empty()));
    assertThat(gates.get(1).status()).isEqualTo(Status.ERROR);
    assertThat(gates.get(1).startedAt()).isEqualTo(first);
    assertThat(gates.get(1).finishedAt()).isEqualTo(second);
    assertThat(gates.get(1).message().orElseThrow()).contains("n01: check `http` critical");
    assertThat(gates.get(2))
        .isEqualTo(new EndedGate(3, Status.SUCCESS, second, second.plus(FOR), Optional.empty()));
    assertThat(gates).hasSize(3);
  }

  @Test
  void of_many_gates_the_newest_stand_in_the_plan() {
    List<List<String>> batches = IntStream.range(0, 150).mapToObj(i -> List.of("n" + i)).toList();
    Plan plan =
        plan(Records.event("e1"), gated(null, null, "1"))
            .openInBatches(Records.NOON, batches, List.of());
    for (int i = 0; i < 149; i++) {
      plan = plan.atGate(Records.NOON).gateEnded(Records.NOON, Optional.empty());
      plan = plan.openBatch(Records.NOON);
    }
    List<EndedGate> ended = plan.gate().orElseThrow().ended();
    assertThat(ended).hasSize(100);
    assertThat(ended.get(99).batch()).isEqualTo(149);
    assertThat(Json.read("k", Json.write(plan), Plan.class)).isEqualTo(plan);
  }

  @Test
  void what_a_route_cannot_tell_is_not_well() {
    nodes(2);
    dispatched(gated(null, null, "1"));
    succeeded("n00");
    leader.elapse(FOR);
    Gates gates = leader.advancer.gates();
    Step step = leader.advancer.advance(leader.read());
    GateHealth health = gates.health(step);
    assertThat(gates.judged(step, health.against("the error rate is high")).moves())
        .allMatch(Move::isOfGate);
    assertThat(isOpen("n01")).isFalse();
    assertThat(health.isHealthy()).isTrue();
  }

  @Test
  void a_plan_of_a_thousand_targets_at_its_gate_fits() {
    List<String> names = IntStream.range(0, 1_000).mapToObj("app-server-%06d"::formatted).toList();
    Plan open =
        plan(Records.event("e1"), gated(null, "50%"))
            .openInBatches(Records.NOON, List.of(names), List.of())
            .atGate(Records.NOON)
            .gateFailed("app-server-000001: check `http` critical, and 999 more");
    assertThat(Json.write(open).length).isLessThan(40_000);
    assertThat(Json.read("k", Json.write(open), Plan.class)).isEqualTo(open);
    assertThat(open.gateNodes()).hasSize(1_000);
  }

  /** Leaders are replaced, and health flaps, between any two steps. */
  @Test
  void random_rollouts_open_nothing_before_all_has_been_well_for_so_long() {
    List<String> nodes = nodes(6);
    Random random = new Random(20261129);
    for (int round = 0; round < 12; round++) {
      String size = Integer.toString(1 + random.nextInt(3));
      leader.dispatched(plan(Records.event("r" + round), gated("100%", null, size)));
      String id = "r" + round;
      Duration well = Duration.ZERO;
      Map<String, Boolean> health = new HashMap<>();
      nodes.forEach(node -> health.put(node, true));
      nodes.forEach(node -> http(node, "passing"));
      while (leader.plan(id).filter(plan -> plan.current() == 0).isPresent()) {
        Plan before = leader.plan(id).orElseThrow();
        for (String node : before.targets()) {
          if (leader.isAssigned(node, id, 0)) {
            leader.ended(id, 0, node, Outcome.success());
          }
        }
        if (random.nextInt(4) == 0) {
          String node = nodes.get(random.nextInt(nodes.size()));
          health.compute(node, (name, up) -> !up);
          http(node, health.get(node) ? "passing" : "critical");
        }
        boolean leads = random.nextInt(8) > 0;
        if (!leads) {
          leader.succeed();
        }
        boolean ok = before.gateNodes().stream().allMatch(health::get);
        boolean waits = before.gate().flatMap(GateState::waiting).isPresent();
        well = ok && waits && leads ? well : Duration.ZERO;
        leader.advance();
        boolean opened =
            leader
                .plan(id)
                .map(now -> now.current() != 0 || now.targets().size() > before.targets().size())
                .orElse(true);
        boolean late =
            before
                .gate()
                .flatMap(GateState::waiting)
                .filter(wait -> !wait.until().isAfter(leader.clock.instant()))
                .isPresent();
        boolean failing =
            before.later().isEmpty() && before.gate().map(GateState::failures).orElse(0) > 0;
        if (opened && !late && !failing) {
          assertThat(well).as("round %s: %s", round, before).isGreaterThanOrEqualTo(FOR);
        }
        Duration step = Duration.ofSeconds(1 + random.nextInt(4));
        well = ok && waits ? well.plus(step) : Duration.ZERO;
        leader.elapse(step);
        leader.clock.forward(step);
      }
      while (leader.plan(id).isPresent()) {
        nodes.forEach(node -> leader.ended(id, 1, node, Outcome.success()));
        leader.advance();
      }
    }
  }
}
