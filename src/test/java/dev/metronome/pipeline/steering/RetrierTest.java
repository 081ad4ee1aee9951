package dev.metronome.pipeline.steering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Transaction;
import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.model.record.Approval;
import dev.metronome.model.record.Batching;
import dev.metronome.model.record.Claim;
import dev.metronome.model.record.EndedNodes;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Format;
import dev.metronome.model.record.HealthGate;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.NodeSelector;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Parameter;
import dev.metronome.model.record.Part;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Presence;
import dev.metronome.model.record.Presence.PatternPresence;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Resume;
import dev.metronome.model.record.Rollout;
import dev.metronome.model.record.Share;
import dev.metronome.model.record.Status;
import dev.metronome.model.record.TaskResult;
import dev.metronome.pipeline.steering.Retrier.Scope;
import dev.metronome.pipeline.steering.Retrier.Wish;
import dev.metronome.testing.Member;
import dev.metronome.testing.Records;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("consul")
class RetrierTest {
  private static final Keys KEYS = new Keys(Keys.DEFAULT_PREFIX);
  private static final Outcome FAILED = Outcome.error(Reason.FAILED, "it broke");

  private final EmbeddedConsul consul = EmbeddedConsul.start();
  private final Member member = Member.joined(consul, "n1");
  private final ConsulConnection connection = member.connection();
  private final Retrier retrier = new Retrier(connection, KEYS);

  @AfterEach
  void stop() {
    member.close();
    consul.close();
  }

  private void set(String key, Object record) {
    connection.commit(new Transaction().set(key, Json.write(record)));
  }

  private void result(String id, Outcome how) {
    set(KEYS.result(id), EventResult.ended(Records.event(id), Records.NOON, Records.NOON, how));
  }

  /** Task 1 of 3 has failed on n2, succeeded on n1, was lost on n3. */
  private Plan failed(String id) {
    Plan plan =
        Records.plan(id, 3).next(Status.SUCCESS).open(Records.NOON, List.of("n1", "n2", "n3"));
    set(KEYS.endedPlan(id), plan);
    result(id, FAILED);
    set(KEYS.result(id, 1), TaskResult.ended(plan, Records.NOON, FAILED));
    node(id, "n1", Outcome.success());
    node(id, "n2", FAILED);
    return plan;
  }

  private void node(String id, String node, Outcome how) {
    Claim claim =
        new Claim(
            Format.CURRENT,
            id,
            1,
            node,
            node,
            1,
            Records.NOON,
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    set(KEYS.result(id, 1, node), NodeResult.of(claim.ended(Records.NOON, how)));
  }

  private static Wish wish(String id, String newId, Scope scope, Integer from) {
    return new Wish(
        id, newId, scope, Optional.ofNullable(from), "anna@desk", Records.NOON, Optional.empty());
  }

  private void assertRefused(Wish wish, String... why) {
    assertThatThrownBy(() -> retrier.retry(wish))
        .isInstanceOf(NotRetryableException.class)
        .hasMessageContainingAll(why);
    assertThat(connection.get(KEYS.event(1, wish.newId()))).isEmpty();
  }

  @Test
  void it_goes_on_at_the_task_that_failed_and_both_results_are_linked() {
    failed("e1");
    Event event = retrier.retry(wish("e1", "e2", Scope.ALL, null));
    assertThat(event.resume().orElseThrow().from()).isEqualTo(1);
    assertThat(event.resume().orElseThrow().nodes()).isEmpty();
    assertThat(event.by()).contains("anna@desk");
    assertThat(connection.get(KEYS.event(1, "e2"))).isPresent();
    EventResult first =
        Json.read("", connection.get(KEYS.result("e1")).orElseThrow().value(), EventResult.class);
    assertThat(first.retries()).containsExactly("e2");
    assertThat(first.status()).isEqualTo(Status.ERROR);
    EventResult second = EventResult.started(event, Records.NOON);
    assertThat(second.retryOf()).contains("e1");
    Plan plan = Plan.of(event, Records.NOON, "", Records.plan("e2", 3).tasks());
    assertThat(plan.current()).isEqualTo(1);
    assertThat(plan.chosen()).isEmpty();
  }

  @Test
  void what_was_foreseen_for_it_stands_in_its_result() {
    failed("e1");
    Wish wish = wish("e1", "e2", Scope.ALL, null);
    Event event =
        retrier.retry(
            new Wish(
                "e1",
                "e2",
                Scope.ALL,
                wish.from(),
                wish.by(),
                wish.at(),
                wish.traceparent(),
                Optional.of("0123456789abcdef-01234567")));
    assertThat(EventResult.started(event, Records.NOON).fingerprint())
        .contains("0123456789abcdef-01234567");
  }

  @Test
  void only_nodes_that_failed_or_were_lost_run_that_task_again_and_all_run_the_next() {
    failed("e1");
    Event event = retrier.retry(wish("e1", "e2", Scope.FAILED_NODES, null));
    Plan plan = Plan.of(event, Records.NOON, "", Records.plan("e2", 3).tasks());
    assertThat(plan.chosen()).containsExactly("n2", "n3");
    assertThat(plan.next(Status.SUCCESS).chosen()).isEmpty();
  }

  /** Its task 1 of 3 goes over its nodes in batches of two. */
  private static Plan inBatches(Event event) {
    PlannedTask one = Records.task(1, "task-1");
    Batching two =
        new Batching(
            List.of(new Share(2, false)), Optional.empty(), Optional.empty(), Optional.empty());
    PlannedTask divided = new PlannedTask(1, "web", "task-1", one.nodes(), one.rollout(), two);
    List<PlannedTask> tasks =
        List.of(Records.task(0, "task-0"), divided, Records.task(2, "task-2"));
    Plan plan = Plan.of(event, Records.NOON, "", tasks).in(1);
    return plan.current() == 1 ? plan : plan.next(Status.SUCCESS);
  }

  private void failedInBatches(Plan plan, String succeeded, String failed) {
    String id = plan.event().id();
    set(KEYS.endedPlan(id), plan);
    result(id, FAILED);
    set(KEYS.result(id, 1), TaskResult.ended(plan, Records.NOON, FAILED));
    if (succeeded != null) {
      node(id, succeeded, Outcome.success());
    }
    node(id, failed, FAILED);
  }

  private List<String> retried(String id, String newId, Integer from) {
    return retrier.retry(wish(id, newId, Scope.ALL, from)).resume().orElseThrow().nodes();
  }

  private static Plan opened(Plan plan, String... batches) {
    List<List<String>> nodes = Stream.of(batches).map(batch -> List.of(batch.split(" "))).toList();
    return plan.openInBatches(Records.NOON, nodes, List.of());
  }

  @Test
  void a_task_in_batches_goes_on_at_the_failed_and_those_that_were_not_reached() {
    failedInBatches(opened(inBatches(Records.event("e1")), "n1 n2", "n3 n4", "n5"), "n1", "n2");
    assertThat(retried("e1", "e2", null)).containsExactly("n2", "n3", "n4", "n5");
  }

  @Test
  void so_does_one_whose_nodes_fit_into_one_batch() {
    failedInBatches(opened(inBatches(Records.event("e1")), "n1 n2"), "n1", "n2");
    assertThat(retried("e1", "e2", null)).containsExactly("n2");
  }

  @Test
  void whoever_says_from_where_has_a_task_in_batches_begin_anew() {
    failedInBatches(opened(inBatches(Records.event("e1")), "n1 n2", "n3"), "n1", "n2");
    assertThat(retried("e1", "e2", 1)).isEmpty();
  }

  @Test
  void a_retry_that_has_succeeded_nowhere_runs_nothing_again_that_succeeded_before_it() {
    failedInBatches(opened(inBatches(Records.event("e1")), "n1 n2", "n3 n4"), "n1", "n2");
    Event second = retrier.retry(wish("e1", "e2", Scope.ALL, null));
    failedInBatches(opened(inBatches(second), "n2 n3", "n4"), null, "n2");
    connection.commit(new Transaction().delete(KEYS.event(1, "e2")));
    assertThat(retried("e2", "e3", null)).containsExactly("n2", "n3", "n4");
  }

  @Test
  void nor_does_one_that_ended_before_it_opened() {
    failedInBatches(opened(inBatches(Records.event("e1")), "n1 n2", "n3 n4"), "n1", "n2");
    Event second = retrier.retry(wish("e1", "e2", Scope.ALL, null));
    set(KEYS.endedPlan("e2"), inBatches(second));
    result("e2", FAILED);
    connection.commit(new Transaction().delete(KEYS.event(1, "e2")));
    assertThat(retried("e2", "e3", null)).containsExactly("n2", "n3", "n4");
  }

  /** The same, with a gate of health behind each batch. */
  private static Plan gated(Plan plan) {
    PlannedTask one = plan.head();
    Batching gate =
        new Batching(
            one.batching().serial(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(new HealthGate(10, 300, Optional.empty())));
    PlannedTask task = new PlannedTask(1, "web", "task-1", one.nodes(), one.rollout(), gate);
    List<PlannedTask> tasks = List.of(plan.tasks().get(0), task, plan.tasks().get(2));
    Plan changed = Plan.of(plan.event(), Records.NOON, "", tasks).in(1);
    return changed.current() == 1 ? changed : changed.next(Status.SUCCESS);
  }

  private Resume resumed(String id, String newId) {
    return retrier.retry(wish(id, newId, Scope.ALL, null)).resume().orElseThrow();
  }

  private void failedAtGate(Plan plan, String... succeeded) {
    String id = plan.event().id();
    Outcome unhealthy = Outcome.error(Reason.UNHEALTHY, "n2: check `http` critical");
    set(KEYS.endedPlan(id), plan.atGate(Records.NOON).gateFailed("n2: check `http` critical"));
    result(id, unhealthy);
    set(KEYS.result(id, 1), TaskResult.ended(plan, Records.NOON, unhealthy));
    for (String node : succeeded) {
      node(id, node, Outcome.success());
    }
  }

  @Test
  void it_goes_on_at_the_gate_that_failed_and_runs_nothing_again_that_succeeded() {
    Plan first = gated(inBatches(Records.event("e1")));
    failedAtGate(
        opened(first, "n1", "n2 n3", "n4").openBatch(Records.NOON, EndedNodes.NONE),
        "n1",
        "n2",
        "n3");
    Resume resume = resumed("e1", "e2");
    assertThat(resume.nodes()).containsExactly("n4");
    assertThat(resume.healthy()).containsExactly("n2", "n3");

    Event second = Records.event("e2").resuming(resume);
    connection.commit(new Transaction().delete(KEYS.event(1, "e2")));
    failedAtGate(
        gated(inBatches(second)).openAtGate(Records.NOON, List.of(List.of("n4")), List.of()));
    assertThat(resumed("e2", "e3"))
        .as("not even that gate was passed")
        .isEqualTo(new Resume("e2", 1, "web", "task-1", List.of("n4"), List.of("n2", "n3")));
  }

  @Test
  void every_gate_that_failed_is_to_be_passed_and_not_the_newest_alone() {
    Plan first = opened(gated(inBatches(Records.event("e1"))), "n1", "n2 n3", "n4");
    Plan second =
        first.gateFailed("n1: check `http` critical").openBatch(Records.NOON, EndedNodes.NONE);
    failedAtGate(second.openBatch(Records.NOON, EndedNodes.NONE), "n1", "n2", "n3", "n4");
    assertThat(resumed("e1", "e2").healthy()).containsExactly("n1", "n4");
  }

  @Test
  void behind_the_last_batch_there_is_only_its_gate_to_go_on_at() {
    failedAtGate(opened(gated(inBatches(Records.event("e1"))), "n1 n2"), "n1", "n2");
    Resume resume = resumed("e1", "e2");
    assertThat(resume.nodes()).isEmpty();
    assertThat(resume.healthy()).containsExactly("n1", "n2");
    Event second = Records.event("e2").resuming(resume);
    connection.commit(new Transaction().delete(KEYS.event(1, "e2")));
    failedAtGate(gated(inBatches(second)).openAtGate(Records.NOON, List.of(), List.of()));
    assertThat(resumed("e2", "e3").healthy()).containsExactly("n1", "n2");
  }

  /** Tasks 0 and 1; 2 and 3, which take them back; 4, at the end. */
  private static Plan takenBack(Event event) {
    List<PlannedTask> tasks =
        List.of(
            Records.task(0, "task-0"),
            Records.task(1, "task-1"),
            part(2, "task-1", Part.UNDO, 1),
            part(3, "task-0", Part.UNDO, 0),
            part(4, "unlock", Part.FINALLY, null));
    return Plan.of(event, Records.NOON, "", tasks).in(1);
  }

  private static PlannedTask part(int no, String name, Part part, Integer undoes) {
    return new PlannedTask(
        no,
        "web",
        name,
        Optional.of(part),
        Optional.ofNullable(undoes),
        new NodeSelector(Optional.empty(), Optional.empty()),
        new Rollout(true, false, false, 1),
        Batching.NONE);
  }

  /** Task 1 has failed; of what follows so much was opened. */
  private void failedAndUndone(Plan begun, int undos) {
    Plan plan = begun;
    for (int no = 0; no < 2; no++) {
      plan = plan.open(Records.NOON, List.of("n1", "n2")).taken(node -> true);
      plan = no == 0 ? plan.next(Status.SUCCESS) : plan.end(FAILED);
    }
    for (PlannedTask undo : plan.undoAhead().subList(0, undos)) {
      plan = plan.to(undo, List.of());
    }
    plan = plan.to(plan.finallyAhead().orElseThrow(), List.of());
    set(KEYS.endedPlan(begun.event().id()), plan);
    result(begun.event().id(), FAILED);
    set(KEYS.result(begun.event().id(), 1), TaskResult.ended(begun, Records.NOON, FAILED));
    node(begun.event().id(), "n1", Outcome.success());
    node(begun.event().id(), "n2", FAILED);
  }

  @Test
  void what_was_taken_back_is_run_again_on_all_its_nodes() {
    failedAndUndone(takenBack(Records.event("e1")), 2);
    assertRefused(wish("e1", "e2", Scope.FAILED_NODES, null), "taken back", "--failed-nodes");
    assertRefused(wish("e1", "e2", Scope.ALL, 2), "task 2 of event e1 is an undo");
    Event event = retrier.retry(wish("e1", "e2", Scope.ALL, null));
    assertThat(event.resume().orElseThrow().from()).isZero();
    assertThat(event.resume().orElseThrow().task()).isEqualTo("task-0");
    assertThat(event.resume().orElseThrow().nodes()).isEmpty();
  }

  @Test
  void what_was_not_taken_back_is_not_run_again() {
    failedAndUndone(takenBack(Records.event("e1")), 1);
    Event event = retrier.retry(wish("e1", "e2", Scope.ALL, null));
    assertThat(event.resume().orElseThrow().from()).isEqualTo(1);
    assertThat(event.resume().orElseThrow().nodes()).isEmpty();
  }

  @Test
  void where_nothing_was_taken_back_the_failed_nodes_are_known_after_finally_too() {
    failedAndUndone(takenBack(Records.event("e1")), 0);
    Event event = retrier.retry(wish("e1", "e2", Scope.FAILED_NODES, null));
    assertThat(event.resume().orElseThrow().from()).isEqualTo(1);
    assertThat(event.resume().orElseThrow().nodes()).containsExactly("n2");
  }

  @Test
  void if_only_finally_has_failed_that_is_run_again() {
    Plan last =
        takenBack(Records.event("e1")).next(Status.SUCCESS).open(Records.NOON, List.of("n1"));
    Plan plan = last.end(Outcome.success());
    set(KEYS.endedPlan("e1"), plan.to(plan.finallyAhead().orElseThrow(), List.of()));
    result("e1", FAILED);
    set(KEYS.result("e1", 1), TaskResult.ended(last, Records.NOON, Outcome.success()));
    Event event = retrier.retry(wish("e1", "e2", Scope.ALL, null));
    assertThat(event.resume().orElseThrow().from()).isEqualTo(4);
    assertThat(takenBack(event).head().task()).isEqualTo("unlock");
  }

  @Test
  void it_can_begin_elsewhere() {
    failed("e1");
    assertThat(retrier.retry(wish("e1", "e2", Scope.ALL, 0)).resume().orElseThrow().from())
        .isZero();
    assertRefused(wish("e1", "e3", Scope.ALL, 3), "is being retried already, as event e2");
  }

  @Test
  void there_must_be_such_a_task() {
    failed("e1");
    assertRefused(wish("e1", "e2", Scope.ALL, 3), "has no task 3, its last is 2");
    assertRefused(wish("e1", "e2", Scope.FAILED_NODES, 0), "only task 1 has nodes that failed");
  }

  @Test
  void a_task_that_had_succeeded_when_the_event_was_cancelled_is_not_run_again() {
    Plan plan = failed("e1");
    set(KEYS.result("e1", 1), TaskResult.ended(plan, Records.NOON, Outcome.success()));
    assertThat(retrier.retry(wish("e1", "e2", Scope.ALL, null)).resume().orElseThrow().from())
        .isEqualTo(2);
  }

  @Test
  void only_what_has_failed_can_be_retried() {
    set(KEYS.result("runs"), EventResult.started(Records.event("runs"), Records.NOON));
    assertRefused(wish("runs", "e2", Scope.ALL, null), "is still running", "cancel it first");
    result("fine", Outcome.success());
    assertRefused(wish("fine", "e2", Scope.ALL, null), "ended as success", "fire deploy anew");
    result("rejected", Outcome.error(Reason.MISMATCH, "files differ"));
    assertRefused(wish("rejected", "e2", Scope.ALL, null), "never had a plan");
    set(KEYS.event(1, "waits"), Records.event("waits"));
    assertRefused(wish("waits", "e2", Scope.ALL, null), "waits in the event queue");
  }

  @Test
  void one_retry_at_a_time_but_another_after_it_has_ended() {
    failed("e1");
    retrier.retry(wish("e1", "e2", Scope.ALL, null));
    assertRefused(wish("e1", "e3", Scope.ALL, null), "being retried already, as event e2");
    result("e2", FAILED);
    connection.commit(new Transaction().delete(KEYS.event(1, "e2")));
    retrier.retry(wish("e1", "e3", Scope.ALL, null));
    EventResult first =
        Json.read("", connection.get(KEYS.result("e1")).orElseThrow().value(), EventResult.class);
    assertThat(first.retries()).containsExactly("e2", "e3");
  }

  @Test
  void its_parameters_must_be_what_is_declared_now() {
    failed("e1");
    present(
        new PatternPresence(
            "0".repeat(64),
            List.of("deploy"),
            Map.of(
                "deploy",
                Map.of("zone", new Parameter(true, Optional.empty(), Optional.empty())))));
    assertRefused(
        wish("e1", "e2", Scope.ALL, null),
        "event e1 came with other parameters than the task files declare now",
        "parameter `zone` is missing; fire deploy anew");
  }

  @Test
  void the_pattern_must_still_define_the_event() {
    failed("e1");
    present(new PatternPresence("0".repeat(64), List.of("other"), Map.of()));
    assertRefused(
        wish("e1", "e2", Scope.ALL, null), "the pattern web no longer defines the event deploy");
  }

  private void present(PatternPresence web) {
    Presence presence =
        new Presence(
            Format.CURRENT,
            "n1",
            "1",
            "h",
            1,
            Records.NOON,
            "n1/1",
            Map.of("web", web),
            Optional.empty(),
            Map.of(),
            Optional.empty(),
            List.of(),
            List.of());
    connection.commit(
        new Transaction().lock(KEYS.presence("n1"), Json.write(presence), member.session()));
  }

  /** Task 0 ran, 1 is asked, 2 runs. */
  private static Plan asking(String id) {
    PlannedTask ask =
        Records.approval(
            1, new Approval("?", List.of("ops"), 1, Optional.empty(), 60, Approval.OnTimeout.DENY));
    return Records.plan(id, List.of(Records.task(0, "task-0"), ask, Records.task(2, "task-2")))
        .next(Status.SUCCESS)
        .ask(Records.NOON);
  }

  @Test
  void what_was_denied_is_asked_for_anew_and_cannot_be_passed_by() {
    Outcome denied = Outcome.error(Reason.DENIED, "denied by bob@desk");
    Plan plan = asking("e1");
    set(KEYS.endedPlan("e1"), plan);
    result("e1", denied);
    set(KEYS.result("e1", 1), TaskResult.ended(plan, Records.NOON, denied));

    assertRefused(wish("e1", "e2", Scope.ALL, 2), "task 1 approve", "cannot be passed by");
    Event event = retrier.retry(wish("e1", "e3", Scope.ALL, null));
    assertThat(event.resume().orElseThrow().from()).isEqualTo(1);
    assertThat(event.resume().orElseThrow().nodes()).isEmpty();
  }

  @Test
  void an_event_that_was_cancelled_while_it_waited_is_asked_for_anew() {
    Outcome cancelled = Outcome.error(Reason.CANCELLED, "cancelled by bob@desk");
    Plan plan = asking("e1");
    set(KEYS.endedPlan("e1"), plan);
    result("e1", cancelled);
    set(KEYS.result("e1", 1), TaskResult.ended(plan, Records.NOON, cancelled));

    assertRefused(wish("e1", "e2", Scope.ALL, 2), "cannot be passed by");
    assertThat(retrier.retry(wish("e1", "e3", Scope.ALL, null)).resume().orElseThrow().from())
        .isEqualTo(1);
  }

  @Test
  void an_approval_that_was_given_stands_for_a_retry_behind_it() {
    Plan plan = asking("e1").next(Status.SUCCESS).open(Records.NOON, List.of("n1"));
    set(KEYS.endedPlan("e1"), plan);
    result("e1", FAILED);
    set(KEYS.result("e1", 2), TaskResult.ended(plan, Records.NOON, FAILED));

    assertThat(retrier.retry(wish("e1", "e2", Scope.ALL, null)).resume().orElseThrow().from())
        .isEqualTo(2);
  }
}
