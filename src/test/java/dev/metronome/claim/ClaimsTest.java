package dev.metronome.claim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.ConsulUnavailableException;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Transaction;
import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.record.Assignment;
import dev.metronome.record.Claim;
import dev.metronome.record.Json;
import dev.metronome.record.Keys;
import dev.metronome.record.NodeResult;
import dev.metronome.record.Outcome;
import dev.metronome.record.Reason;
import dev.metronome.record.Status;
import dev.metronome.testing.Background;
import dev.metronome.testing.FaultyConsul;
import dev.metronome.testing.Member;
import dev.metronome.testing.Records;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Transactions <em>claim</em> and <em>finish</em>: a task runs once. */
class ClaimsTest {

  private static final Outcome FAILED = Outcome.error(Reason.FAILED, "exit code 3");

  private final EmbeddedConsul consul = EmbeddedConsul.start();
  private final FaultyConsul faulty = FaultyConsul.before(consul.agent("a"));
  private final ConsulConnection operator = Member.connection(consul, "operator");
  private final Keys keys = new Keys(Keys.DEFAULT_PREFIX);
  private final List<Member> members = new ArrayList<>();
  private final List<String> ended = new CopyOnWriteArrayList<>();
  private volatile boolean leftoversEnd = true;

  @AfterEach
  void close() {
    members.forEach(Member::close);
    operator.close();
    faulty.close();
    consul.close();
  }

  private Member member() {
    Member member = Member.of(faulty.connection(), "a").join();
    members.add(member);
    return member;
  }

  private Claims claims(Member member, String incarnation) {
    return new Claims(
        member.connection(),
        member.sessions(),
        keys,
        "a",
        incarnation,
        Clock.systemUTC(),
        (eventId, no) -> {
          ended.add(eventId + "." + no);
          return leftoversEnd;
        });
  }

  private long assign(Assignment assignment) {
    String key = keys.assignment("a", assignment.event().id(), assignment.task().no());
    operator.commit(new Transaction().set(key, Json.write(assignment)));
    return operator.get(key).orElseThrow().modifyIndex();
  }

  private Entry claimEntry() {
    return operator.get(keys.claim("e1", 0, "a")).orElseThrow();
  }

  private Claim claim() {
    return Json.read("claim", claimEntry().value(), Claim.class);
  }

  private NodeResult result() {
    return Json.read(
        "result", operator.get(keys.result("e1", 0, "a")).orElseThrow().value(), NodeResult.class);
  }

  private String log() {
    return new String(
        operator.get(keys.log("e1", 0, "a")).orElseThrow().value(), StandardCharsets.UTF_8);
  }

  private boolean isAssigned() {
    return operator.get(keys.assignment("a", "e1", 0)).isPresent();
  }

  /** A claim that a process left behind which is no more. */
  private void leftBehind(Assignment assignment, int attempt) {
    Claim claim = Claim.running(assignment, "a", "a/earlier", attempt, Records.NOON);
    operator.commit(new Transaction().set(keys.claim("e1", 0, "a"), Json.write(claim)));
  }

  @Test
  void taking_a_task_claims_it_with_the_nodes_session() throws Exception {
    Member member = member();
    Claims claims = claims(member, "a/1");
    Assignment assignment = Records.assignment("e1", 0);

    assertThat(claims.take(assignment, assign(assignment))).isTrue();

    assertThat(claimEntry().isLockedBy(member.session())).isTrue();
    assertThat(claim().incarnation()).isEqualTo("a/1");
    assertThat(claim().attempt()).isEqualTo(1);
    assertThat(result().status()).isEqualTo(Status.INPROGRESS);
    assertThat(claims.attempt("e1.0")).hasValue(1);
    assertThat(claims.count()).isEqualTo(1);
  }

  @Test
  void of_two_processes_that_race_one_takes_each_task() throws Exception {
    Claims one = claims(member(), "a/1");
    Claims two = claims(member(), "a/2");
    ExecutorService racers = Executors.newFixedThreadPool(2);
    try {
      for (int i = 0; i < 25; i++) {
        Assignment assignment = Records.assignment("race" + i, 0);
        long index = assign(assignment);
        List<Callable<Boolean>> both =
            List.of(() -> one.take(assignment, index), () -> two.take(assignment, index));
        int taken = 0;
        for (Future<Boolean> each : racers.invokeAll(both)) {
          taken += each.get() ? 1 : 0;
        }
        assertThat(taken).as("race %d", i).isEqualTo(1);
      }
    } finally {
      racers.shutdownNow();
    }
  }

  @Test
  void a_task_is_not_taken_twice_by_one_process() throws Exception {
    Claims claims = claims(member(), "a/1");
    Assignment assignment = Records.assignment("e1", 0);
    long index = assign(assignment);
    claims.take(assignment, index);

    assertThat(claims.take(assignment, index)).isFalse();
  }

  @Test
  void a_task_that_was_unassigned_or_assigned_anew_is_not_taken() throws Exception {
    Claims claims = claims(member(), "a/1");
    Assignment assignment = Records.assignment("e1", 0);
    long old = assign(assignment);
    operator.commit(
        new Transaction()
            .set(keys.assignment("a", "e1", 0), Json.write(Records.assignment("e1", 1))));
    assertThat(claims.take(assignment, old)).isFalse();

    operator.commit(new Transaction().delete(keys.assignment("a", "e1", 0)));
    assertThat(claims.take(assignment, old)).isFalse();

    assertThat(operator.get(keys.claim("e1", 0, "a"))).isEmpty();
    assertThat(operator.get(keys.result("e1", 0, "a"))).isEmpty();
    assertThat(claims.count()).isZero();
  }

  @Test
  void a_claim_whose_reply_was_lost_is_recognised_as_the_own() throws Exception {
    Claims claims = claims(member(), "a/1");
    Assignment assignment = Records.assignment("e1", 0);
    long index = assign(assignment);
    faulty.next(1, "\"lock\"", FaultyConsul.Fault.REPLY_LOST);

    // The client sends it again by itself where it had used the connection before.
    boolean taken;
    try {
      taken = claims.take(assignment, index);
    } catch (ConsulUnavailableException e) {
      taken = claims.take(assignment, index);
    }

    assertThat(taken).isTrue();
    assertThat(claims.finish("e1.0", Outcome.success(), "")).isEqualTo(Ending.RECORDED);
  }

  @Test
  void finishing_records_outcome_result_and_log_and_empties_the_queue() throws Exception {
    Claims claims = claims(member(), "a/1");
    Assignment assignment = Records.assignment("e1", 0);
    claims.take(assignment, assign(assignment));

    assertThat(claims.finish("e1.0", FAILED, "line\n")).isEqualTo(Ending.RECORDED);

    assertThat(claimEntry().isLocked()).isFalse();
    assertThat(claim().outcome()).hasValue(FAILED);
    assertThat(result().status()).isEqualTo(Status.ERROR);
    assertThat(result().finishedAt()).isPresent();
    assertThat(log()).isEqualTo("line\n");
    assertThat(isAssigned()).isFalse();
    assertThat(claims.attempt("e1.0")).isEmpty();
  }

  @Test
  void a_running_tasks_log_is_shown_as_long_as_its_claim_is_held() throws Exception {
    Member member = member();
    Claims claims = claims(member, "a/1");
    Assignment assignment = Records.assignment("e1", 0);
    assertThat(claims.show("e1.0", "unclaimed\n")).isFalse();
    claims.take(assignment, assign(assignment));

    assertThat(claims.show("e1.0", "line\n")).isTrue();
    assertThat(log()).isEqualTo("line\n");
    member.destroySession();
    assertThat(claims.show("e1.0", "line\nof a node without a session\n")).isFalse();
    assertThat(log()).isEqualTo("line\n");
  }

  @Test
  void after_its_end_a_task_shows_nothing_more() throws Exception {
    Claims claims = claims(member(), "a/1");
    Assignment assignment = Records.assignment("e1", 0);
    claims.take(assignment, assign(assignment));
    claims.show("e1.0", "line\n");
    claims.finish("e1.0", FAILED, "line\nend\n");

    assertThat(claims.show("e1.0", "line\n")).isFalse();
    assertThat(log()).isEqualTo("line\nend\n");
  }

  @Test
  void what_was_shown_does_not_stand_twice_in_a_late_log() throws Exception {
    Claims claims = claims(member(), "a/1");
    Assignment assignment = Records.assignment("e1", 0);
    claims.take(assignment, assign(assignment));
    claims.show("e1.0", "begun\n");
    operator.commit(new Transaction().delete(keys.claim("e1", 0, "a")));

    assertThat(claims.finish("e1.0", Outcome.success(), "begun\ndone\n")).isEqualTo(Ending.LATE);

    assertThat(log()).startsWith("begun\ndone\n20").contains("after the cluster had given it up");
  }

  @Test
  void a_finish_whose_reply_was_lost_is_recognised_as_the_own() throws Exception {
    Claims claims = claims(member(), "a/1");
    Assignment assignment = Records.assignment("e1", 0);
    claims.take(assignment, assign(assignment));
    faulty.next(1, "\"unlock\"", FaultyConsul.Fault.REPLY_LOST);

    assertThat(claims.finish("e1.0", FAILED, "line\n")).isEqualTo(Ending.RECORDED);

    assertThat(log()).isEqualTo("line\n");
  }

  @Test
  void a_finish_is_tried_until_it_stands_with_the_outcome_that_the_task_had() throws Exception {
    for (FaultyConsul.Fault fault :
        List.of(FaultyConsul.Fault.FAILING, FaultyConsul.Fault.DENIED)) {
      Member member = member();
      Claims claims = claims(member, "a/" + fault);
      Assignment assignment = Records.assignment("e1", 0);
      claims.take(assignment, assign(assignment));
      faulty.next(3, "\"unlock\"", fault);

      assertThat(claims.finish("e1.0", FAILED, "")).as("%s", fault).isEqualTo(Ending.RECORDED);

      assertThat(claim().outcome()).hasValue(FAILED);
      operator.commit(new Transaction().deleteTree(keys.claims("e1", 0)));
    }
  }

  @Test
  void what_the_leader_has_ended_stays_and_the_late_outcome_is_told_in_the_log() throws Exception {
    Claims claims = claims(member(), "a/1");
    Assignment assignment = Records.assignment("e1", 0);
    claims.take(assignment, assign(assignment));
    Claim settled = claim().ended(Records.NOON, Outcome.timeout("too long"));
    operator.commit(
        new Transaction()
            .set(keys.claim("e1", 0, "a"), Json.write(settled))
            .set(keys.result("e1", 0, "a"), Json.write(NodeResult.of(settled))));

    assertThat(claims.finish("e1.0", Outcome.success(), "line\n")).isEqualTo(Ending.LATE);

    assertThat(claim()).isEqualTo(settled);
    assertThat(result().status()).isEqualTo(Status.TIMEOUT);
    assertThat(log()).contains("line\n").contains("ended here as success");
    assertThat(claims.count()).isZero();
  }

  @Test
  void an_outcome_after_its_task_was_closed_is_late() throws Exception {
    Claims claims = claims(member(), "a/1");
    Assignment assignment = Records.assignment("e1", 0);
    claims.take(assignment, assign(assignment));
    operator.commit(new Transaction().deleteTree(keys.claims("e1", 0)));

    assertThat(claims.finish("e1.0", Outcome.success(), "")).isEqualTo(Ending.LATE);

    assertThat(operator.get(keys.claim("e1", 0, "a"))).isEmpty();
  }

  @Test
  void an_outcome_whose_claim_somebody_broke_is_late() throws Exception {
    Claims claims = claims(member(), "a/1");
    Assignment assignment = Records.assignment("e1", 0);
    claims.take(assignment, assign(assignment));
    operator.commit(
        new Transaction().set(keys.claim("e1", 0, "a"), "x".getBytes(StandardCharsets.UTF_8)));

    assertThat(claims.finish("e1.0", Outcome.success(), "")).isEqualTo(Ending.LATE);
  }

  @Test
  void a_running_task_is_locked_again_with_the_next_session() throws Exception {
    Member member = member();
    Claims claims = claims(member, "a/1");
    Assignment assignment = Records.assignment("e1", 0);
    claims.take(assignment, assign(assignment));

    String lost = member.destroySession();
    assertThat(claimEntry().isLocked()).isFalse();
    member.sessions().suspect();

    await().until(() -> claimEntry().isLocked());
    assertThat(claimEntry().isLockedBy(lost)).isFalse();
    assertThat(claims.finish("e1.0", Outcome.success(), "")).isEqualTo(Ending.RECORDED);
  }

  @Test
  void a_running_task_is_locked_again_though_consul_fails_at_that_moment() throws Exception {
    Member member = member();
    Claims claims = claims(member, "a/1");
    Assignment assignment = Records.assignment("e1", 0);
    claims.take(assignment, assign(assignment));
    faulty.next(2, keys.claim("e1", 0, "a").replace("/", "%2F"), FaultyConsul.Fault.FAILING);

    member.destroySession();
    member.sessions().suspect();

    await().until(() -> claimEntry().isLocked());
  }

  @Test
  void a_task_that_ends_without_a_lock_is_locked_first_and_then_recorded() throws Exception {
    Member member = member();
    Claims claims = claims(member, "a/1");
    Assignment assignment = Records.assignment("e1", 0);
    claims.take(assignment, assign(assignment));

    member.destroySession();

    Background.run(member.sessions()::suspect);
    assertThat(claims.finish("e1.0", Outcome.success(), "")).isEqualTo(Ending.RECORDED);
  }

  @Test
  void a_claim_of_an_earlier_process_is_interrupted_after_its_leftovers_have_ended()
      throws Exception {
    Claims claims = claims(member(), "a/2");
    Assignment assignment = Records.assignment("e1", 0);
    long index = assign(assignment);
    leftBehind(assignment, 1);

    assertThat(claims.take(assignment, index)).isFalse();

    assertThat(ended).containsExactly("e1.0");
    assertThat(claim().outcome().flatMap(Outcome::reason)).hasValue(Reason.INTERRUPTED);
    assertThat(result().reason()).hasValue(Reason.INTERRUPTED);
    assertThat(isAssigned()).isFalse();
  }

  @Test
  void a_claim_of_an_earlier_process_waits_while_its_leftovers_run() throws Exception {
    Claims claims = claims(member(), "a/2");
    Assignment assignment = Records.assignment("e1", 0);
    long index = assign(assignment);
    leftBehind(assignment, 1);
    leftoversEnd = false;

    assertThat(claims.take(assignment, index)).isFalse();

    assertThat(claim().outcome()).isEmpty();
    assertThat(isAssigned()).isTrue();
  }

  @Test
  void a_claim_that_another_living_process_holds_is_left_alone() throws Exception {
    Assignment assignment = Records.assignment("e1", 0);
    long index = assign(assignment);
    claims(member(), "a/1").take(assignment, index);

    assertThat(claims(member(), "a/2").take(assignment, index)).isFalse();

    assertThat(claim().incarnation()).isEqualTo("a/1");
    assertThat(claim().outcome()).isEmpty();
    assertThat(ended).isEmpty();
  }

  @Test
  void a_retryable_task_runs_again_until_its_attempts_are_used_up() throws Exception {
    Assignment assignment =
        Assignment.of(Records.event("e1"), Records.retryable(0, "task-0", 2), Records.NOON);
    long index = assign(assignment);
    leftBehind(assignment, 1);
    Claims second = claims(member(), "a/2");

    assertThat(second.take(assignment, index)).isTrue();
    assertThat(second.attempt("e1.0")).hasValue(2);
    assertThat(claim().incarnation()).isEqualTo("a/2");

    leftBehind(assignment, 2);
    members.get(0).destroySession();
    assertThat(claims(member(), "a/3").take(assignment, index)).isFalse();
    assertThat(claim().outcome().flatMap(Outcome::reason)).hasValue(Reason.INTERRUPTED);
  }

  @Test
  void a_process_that_stops_leaves_the_claim_for_its_successor() throws Exception {
    Claims claims = claims(member(), "a/1");
    Assignment assignment = Records.assignment("e1", 0);
    claims.take(assignment, assign(assignment));
    faulty.next(1_000, "\"unlock\"", FaultyConsul.Fault.FAILING);

    Background.run(
        () -> {
          await().until(() -> faulty.requests().stream().anyMatch(r -> r.contains("\"unlock\"")));
          claims.close();
        });

    assertThatThrownBy(() -> claims.finish("e1.0", Outcome.success(), ""))
        .isInstanceOf(InterruptedException.class);
    assertThat(claim().outcome()).isEmpty();
  }
}
