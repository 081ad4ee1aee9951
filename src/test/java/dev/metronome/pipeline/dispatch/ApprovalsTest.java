package dev.metronome.pipeline.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Approval;
import dev.metronome.model.record.Batching;
import dev.metronome.model.record.Cancellation;
import dev.metronome.model.record.DecidedApproval;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Freeze;
import dev.metronome.model.record.FreezeScope;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.NodeSelector;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Part;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Rollout;
import dev.metronome.model.record.Status;
import dev.metronome.model.record.TaskResult;
import dev.metronome.model.record.Vote;
import dev.metronome.model.record.Voting;
import dev.metronome.model.signature.EventSignatures;
import dev.metronome.model.signature.SigningKeys;
import dev.metronome.pipeline.steering.Canceller;
import dev.metronome.pipeline.steering.Voter;
import dev.metronome.pipeline.steering.Voter.Answer;
import dev.metronome.pipeline.traffic.Freezes;
import dev.metronome.testing.Records;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the leader makes of votes, of their absence, and of what comes in between. */
class ApprovalsTest {
  private static final Duration TIMEOUT = Duration.ofHours(8);
  private static final Duration SECOND = Duration.ofSeconds(1);

  @AutoClose private final Leader leader = new Leader();
  private final Freezes freezes = new Freezes(leader.connection, leader.keys);

  @BeforeEach
  void agent() {
    leader.agent("n1");
  }

  private static Approval approval(int count, Approval.OnTimeout onTimeout, boolean self) {
    return new Approval(
        "To production?",
        List.of("ops", "alice"),
        count,
        Optional.of(self),
        TIMEOUT.toSeconds(),
        onTimeout);
  }

  static PlannedTask asking(int no, Approval approval) {
    return Records.approval(no, approval);
  }

  private static PlannedTask asking(int no) {
    return asking(no, approval(1, Approval.OnTimeout.DENY, false));
  }

  /** Task 0 runs, 1 is asked, 2 runs. */
  private static Plan plan(PlannedTask asking) {
    return Records.plan(
        "e1", List.of(Records.task(0, "task-0"), asking, Records.task(2, "task-2")));
  }

  private void asked(PlannedTask asking) {
    leader.dispatched(plan(asking));
    leader.ended("e1", 0, "n1", Outcome.success());
    leader.advance();
  }

  private Voter voter() {
    return new Voter(leader.connection, leader.keys, EventSignatures.none());
  }

  private Answer vote(String user, Vote.Choice choice, String... groups) {
    return voter().vote(wish(user, choice, groups));
  }

  private Voter.Wish wish(String user, Vote.Choice choice, String... groups) {
    return new Voter.Wish(
        "e1",
        user + "@desk",
        List.of(groups),
        choice,
        leader.clock.instant(),
        Optional.of("as agreed"));
  }

  private Answer approve(String user, String... groups) {
    return vote(user, Vote.Choice.APPROVE, groups);
  }

  private Voting voting() {
    return leader.plan("e1").flatMap(Plan::voting).orElseThrow();
  }

  private void elapse(Duration time) {
    leader.elapse(time);
    leader.clock.forward(time);
  }

  private boolean hasGoneOn() {
    return leader.isAssigned("n1", "e1", 2);
  }

  @Test
  void it_opens_with_the_end_of_the_task_before_and_runs_on_no_node() {
    asked(asking(1));

    TaskResult result = leader.result("e1", 1);
    assertThat(result.status()).isEqualTo(Status.INPROGRESS);
    assertThat(result.targets()).isEmpty();
    assertThat(result.approval().orElseThrow().until())
        .contains(Records.NOON.plusSeconds(TIMEOUT.toSeconds()));
    assertThat(leader.result("e1", 0).status()).isEqualTo(Status.SUCCESS);
    assertThat(leader.plan("e1").orElseThrow().isAsking()).isTrue();
    assertThat(leader.advance()).as("nothing to do").isEmpty();
    assertThat(leader.isAssigned("n1", "e1", 1)).isFalse();
  }

  @Test
  void it_may_be_the_first_step_and_the_last() {
    leader.dispatched(Records.plan("e1", List.of(asking(0))));

    assertThat(approve("alice")).isInstanceOf(Answer.Counted.class);
    leader.advance();

    EventResult end = leader.result("e1");
    assertThat(end.status()).isEqualTo(Status.SUCCESS);
    assertThat(leader.result("e1", 0).message()).contains("approved by alice@desk (as agreed)");
  }

  @Test
  void a_vote_has_the_event_go_on_and_stands_in_the_result() {
    asked(asking(1));

    Answer answer = approve("carol", "devs", "ops");
    leader.advance();

    assertThat(answer)
        .isInstanceOfSatisfying(
            Answer.Counted.class,
            counted -> {
              assertThat(counted.missing()).isZero();
              assertThat(counted.vote().groups()).as("those that are asked").containsExactly("ops");
            });
    assertThat(hasGoneOn()).isTrue();
    TaskResult result = leader.result("e1", 1);
    assertThat(result.status()).isEqualTo(Status.SUCCESS);
    assertThat(result.message()).contains("approved by carol@desk (as agreed)");
    assertThat(result.approval().orElseThrow().votes())
        .singleElement()
        .extracting(Vote::by, Vote::choice)
        .containsExactly("carol@desk", Vote.Choice.APPROVE);
    assertThat(leader.found(leader.keys.approval("e1", 1, "carol"), Vote.class))
        .map(Vote::choice)
        .contains(Vote.Choice.APPROVE);
  }

  @Test
  void two_must_agree_if_two_are_wanted() {
    asked(asking(1, approval(2, Approval.OnTimeout.DENY, false)));

    approve("alice");
    assertThat(leader.advance()).isEmpty();
    assertThat(hasGoneOn()).isFalse();
    assertThat(leader.result("e1", 1).approval().orElseThrow().votes())
        .as("seen while it waits")
        .hasSize(1);
    approve("carol", "ops");
    leader.advance();

    assertThat(hasGoneOn()).isTrue();
    assertThat(leader.result("e1", 1).message().orElseThrow())
        .isEqualTo("approved by alice@desk (as agreed), carol@desk (as agreed)");
  }

  @Test
  void one_who_denies_ends_the_event() {
    asked(asking(1, approval(2, Approval.OnTimeout.APPROVE, false)));
    approve("alice");

    vote("carol", Vote.Choice.DENY, "ops");
    leader.advance();

    assertThat(leader.result("e1", 1).status()).isEqualTo(Status.ERROR);
    EventResult end = leader.result("e1");
    assertThat(end.status()).isEqualTo(Status.ERROR);
    assertThat(end.reason()).contains(Reason.DENIED);
    assertThat(end.message()).contains("task 1 approve: denied by carol@desk: as agreed");
    assertThat(end.format()).as("older agents do not know the reason").isEqualTo(5);
    assertThat(hasGoneOn()).isFalse();
    assertThat(leader.plan("e1")).isEmpty();
    assertThat(end.approvals())
        .extracting(DecidedApproval::status, DecidedApproval::by)
        .containsExactly(tuple(Status.ERROR, List.of("carol@desk")));
  }

  @Test
  void who_has_agreed_and_when_stands_in_the_result_of_the_event_too() {
    asked(asking(1, approval(2, Approval.OnTimeout.DENY, false)));
    approve("alice");
    approve("carol", "ops");
    leader.advance();
    leader.claimed("e1", 2, "n1");
    leader.ended("e1", 2, "n1", Outcome.success());
    leader.advance();

    EventResult end = leader.result("e1");
    assertThat(end.status()).isEqualTo(Status.SUCCESS);
    assertThat(end.approvals())
        .containsExactly(
            new DecidedApproval(
                1,
                "approve",
                Status.SUCCESS,
                leader.result("e1", 1).finishedAt().orElseThrow(),
                List.of("alice@desk", "carol@desk"),
                Optional.of("approved by alice@desk (as agreed), carol@desk (as agreed)")));
  }

  @Test
  void what_is_denied_is_taken_back_and_finally_runs() {
    PlannedTask undo =
        new PlannedTask(
            2,
            "web",
            "task-0",
            Optional.of(Part.UNDO),
            Optional.of(0),
            new NodeSelector(Optional.empty(), Optional.empty()),
            new Rollout(true, false, false, 1),
            Batching.NONE);
    PlannedTask last =
        new PlannedTask(
            3,
            "web",
            "unlock",
            Optional.of(Part.FINALLY),
            Optional.empty(),
            new NodeSelector(Optional.empty(), Optional.empty()),
            new Rollout(true, false, false, 1),
            Batching.NONE);
    leader.dispatched(
        Records.plan("e1", List.of(Records.task(0, "task-0"), asking(1), undo, last)));
    leader.claimed("e1", 0, "n1");
    leader.ended("e1", 0, "n1", Outcome.success());
    leader.advance();

    vote("alice", Vote.Choice.DENY);
    leader.advance();
    assertThat(leader.isAssigned("n1", "e1", 2)).isTrue();
    leader.ended("e1", 2, "n1", Outcome.success());
    leader.advance();
    assertThat(leader.isAssigned("n1", "e1", 3)).isTrue();
    leader.ended("e1", 3, "n1", Outcome.success());
    leader.advance();

    assertThat(leader.result("e1").reason()).contains(Reason.DENIED);
    assertThat(leader.result("e1").message().orElseThrow())
        .isEqualTo("task 1 approve: denied by alice@desk: as agreed; undone: task 0 task-0");
  }

  @Test
  void who_is_not_asked_cannot_vote() {
    asked(asking(1));
    List<String> before = leader.everything();

    assertThat(approve("mallory", "devs"))
        .isInstanceOfSatisfying(
            Answer.Refused.class, no -> assertThat(no.why()).contains("ops, alice"));
    assertThat(leader.everything()).isEqualTo(before);
  }

  @Test
  void who_has_fired_the_event_votes_only_if_he_may() {
    asked(asking(1));
    assertThat(approve("root", "ops"))
        .isInstanceOfSatisfying(
            Answer.Refused.class, no -> assertThat(no.why()).contains("has fired the event"));
  }

  @Test
  void who_has_fired_the_event_may_with_self() {
    asked(asking(1, approval(1, Approval.OnTimeout.DENY, true)));
    assertThat(approve("root", "ops")).isInstanceOf(Answer.Counted.class);
    leader.advance();
    assertThat(hasGoneOn()).isTrue();
  }

  @Test
  void nobody_votes_twice_wherever_he_does() {
    asked(asking(1, approval(2, Approval.OnTimeout.DENY, false)));
    approve("alice");

    Answer again =
        voter()
            .vote(
                new Voter.Wish(
                    "e1",
                    "alice@10.0.0.7",
                    List.of("ops"),
                    Vote.Choice.DENY,
                    leader.clock.instant(),
                    Optional.empty()));

    assertThat(again)
        .isInstanceOfSatisfying(
            Answer.Late.class,
            late -> assertThat(late.why()).contains("alice has voted before: approved by"));
    assertThat(voting().votes()).hasSize(1);
  }

  @Test
  void there_is_nothing_to_vote_about_before_and_after() {
    assertThat(approve("alice")).isInstanceOf(Answer.Unknown.class);
    leader.events.accept(Records.event("e1"));
    assertThat(approve("alice"))
        .isInstanceOfSatisfying(
            Answer.Late.class, late -> assertThat(late.why()).contains("has not begun"));
    leader.look();
    leader.put(leader.planned(plan(asking(1))));
    assertThat(approve("alice"))
        .isInstanceOfSatisfying(
            Answer.Late.class,
            late -> assertThat(late.why()).contains("task 1 approve is still to come"));
    leader.ended("e1", 0, "n1", Outcome.success());
    leader.advance();
    approve("alice");
    leader.advance();
    assertThat(approve("carol", "ops"))
        .isInstanceOfSatisfying(
            Answer.Late.class, late -> assertThat(late.why()).contains("does not wait"));
    leader.ended("e1", 2, "n1", Outcome.success());
    leader.advance();
    assertThat(approve("carol", "ops"))
        .isInstanceOfSatisfying(
            Answer.Late.class, late -> assertThat(late.why()).contains("ended before, as success"));
  }

  @Test
  void it_is_denied_when_its_time_is_over() {
    asked(asking(1, approval(2, Approval.OnTimeout.DENY, false)));
    approve("alice");
    elapse(TIMEOUT.minus(SECOND));
    assertThat(leader.advance()).isEmpty();

    elapse(SECOND);
    leader.advance();

    assertThat(leader.result("e1").reason()).contains(Reason.DENIED);
    assertThat(leader.result("e1").message().orElseThrow())
        .isEqualTo(
            "task 1 approve: denied by its timeout: within 28800 s 1 of 2 have agreed (alice@desk"
                + " (as agreed)); asked were ops, alice");
  }

  @Test
  void it_is_approved_when_its_time_is_over_if_it_says_so() {
    asked(asking(1, approval(1, Approval.OnTimeout.APPROVE, false)));

    elapse(TIMEOUT);
    leader.advance();

    assertThat(hasGoneOn()).isTrue();
    assertThat(leader.result("e1", 1).message().orElseThrow()).contains("approved by its timeout");
    assertThat(leader.plan("e1").orElseThrow().approvals())
        .singleElement()
        .satisfies(approval -> assertThat(approval.by()).as("nobody").isEmpty());
  }

  @Test
  void a_clock_that_jumps_ends_nothing_and_one_that_stands_keeps_nothing_open() {
    asked(asking(1));
    leader.advance(); // it has begun to count
    leader.clock.forward(TIMEOUT.multipliedBy(2));
    assertThat(leader.advance()).as("by its monotonic clock it has time").isEmpty();

    leader.clock.set(Records.NOON);
    leader.elapse(TIMEOUT);
    leader.advance();
    assertThat(leader.result("e1").reason()).contains(Reason.DENIED);
  }

  @Test
  void another_leader_keeps_the_deadline() {
    asked(asking(1));
    elapse(TIMEOUT.minusMinutes(1));
    leader.succeed();
    assertThat(leader.advance()).isEmpty();
    elapse(Duration.ofSeconds(59));
    assertThat(leader.advance()).isEmpty();

    elapse(SECOND);
    leader.advance();

    assertThat(leader.result("e1").reason()).contains(Reason.DENIED);
  }

  @Test
  void another_leader_counts_what_was_voted_before_it() {
    asked(asking(1));
    approve("alice");
    leader.succeed();
    leader.advance();
    assertThat(hasGoneOn()).isTrue();
  }

  @Test
  void a_vote_after_the_deadline_is_refused_before_the_leader_has_decided() {
    asked(asking(1));
    elapse(TIMEOUT.plus(SECOND));

    assertThat(approve("alice"))
        .isInstanceOfSatisfying(
            Answer.Late.class, late -> assertThat(late.why()).contains("its time was over at"));
  }

  /** A voter that has read the plan while it was open, and writes when it is not any more. */
  private boolean isTaken(Plan read, long index) {
    Vote vote =
        Vote.of(
            "e1",
            1,
            "alice@desk",
            List.of(),
            Vote.Choice.APPROVE,
            leader.clock.instant(),
            Optional.empty());
    return leader
        .connection
        .commit(
            Voter.casting(
                leader.keys,
                read,
                leader.keys.plan(Keys.COMMON_LANE),
                index,
                vote,
                Optional.empty()))
        .isDone();
  }

  @Test
  void a_vote_that_meets_the_decision_is_refused_by_consul() {
    asked(asking(1));
    Progress read = leader.read();
    elapse(TIMEOUT);
    leader.advance();
    assertThat(leader.result("e1").reason()).contains(Reason.DENIED);

    assertThat(isTaken(read.plan(), read.planIndex())).isFalse();

    assertThat(leader.plan("e1")).as("not brought back").isEmpty();
    assertThat(leader.connection.get(leader.keys.approval("e1", 1, "alice"))).isEmpty();
    assertThat(leader.result("e1", 1).status()).isEqualTo(Status.ERROR);
  }

  @Test
  void a_decision_that_meets_a_vote_is_refused_by_consul() {
    asked(asking(1));
    leader.advance(); // it has begun to count
    elapse(TIMEOUT);
    leader.clock.set(Records.NOON); // the voter's clock is behind
    Step expired = leader.step(leader.read());
    assertThat(expired.isDue()).isTrue();
    approve("alice");

    assertThat(leader.put(expired)).isEmpty();
    leader.advance();

    assertThat(hasGoneOn()).as("Consul has taken it before").isTrue();
  }

  @Test
  void a_vote_meets_a_cancellation() {
    asked(asking(1));
    Progress read = leader.read();
    cancel();

    assertThat(isTaken(read.plan(), read.planIndex())).isFalse();
    assertThat(approve("alice"))
        .isInstanceOfSatisfying(
            Answer.Late.class, late -> assertThat(late.why()).contains("being cancelled by"));
  }

  private void cancel() {
    new Canceller(leader.connection, leader.keys)
        .cancel("e1", new Cancellation("anna@desk", Records.NOON, Optional.empty()));
  }

  @Test
  void an_event_that_waits_can_be_cancelled() {
    asked(asking(1));
    cancel();
    leader.advance();

    assertThat(leader.result("e1").reason()).contains(Reason.CANCELLED);
    assertThat(leader.result("e1", 1).status()).as("nobody has agreed").isEqualTo(Status.ERROR);
  }

  @Test
  void a_freeze_holds_its_opening_and_what_follows_but_no_vote() {
    leader.dispatched(plan(asking(1)));
    leader.ended("e1", 0, "n1", Outcome.success());
    freeze();
    leader.advance();
    leader.advance();
    assertThat(leader.plan("e1").orElseThrow().isAsking()).isFalse();
    thaw();
    leader.advance();
    assertThat(leader.plan("e1").orElseThrow().isAsking()).isTrue();

    freeze();
    assertThat(approve("alice")).isInstanceOf(Answer.Counted.class);
    leader.advance();
    leader.advance();
    assertThat(leader.result("e1", 1).status()).isEqualTo(Status.SUCCESS);
    assertThat(hasGoneOn()).isFalse();
    thaw();
    elapse(Leader.LOOK);
    leader.advance();
    assertThat(hasGoneOn()).isTrue();
  }

  private void freeze() {
    freezes.freeze(
        Freeze.of(FreezeScope.ALL, "root@host", Records.NOON, "moving", Optional.empty()));
    leader.freezes.suspect();
  }

  private void thaw() {
    freezes.thaw(FreezeScope.ALL);
    elapse(SECOND);
  }

  /** As somebody who may write the KV would do it, without asking. */
  private void forced(Vote vote) {
    Progress read = leader.read();
    String slot = leader.keys.plan(Keys.COMMON_LANE);
    leader.connection.commit(
        new Transaction()
            .compareAndSet(slot, Json.write(read.plan().voted(vote)), read.planIndex())
            .set(leader.keys.approval("e1", 1, vote.user()), Json.write(vote)));
  }

  private Vote by(String user, Duration after) {
    return Vote.of(
        "e1",
        1,
        user + "@desk",
        List.of(),
        Vote.Choice.APPROVE,
        Records.NOON.plus(after),
        Optional.empty());
  }

  @Test
  void a_vote_that_must_not_count_is_struck_out() {
    asked(asking(1));
    for (Vote vote :
        List.of(by("mallory", SECOND), by("root", SECOND), by("alice", TIMEOUT.plus(SECOND)))) {
      forced(vote);
      leader.advance();
      leader.advance();

      assertThat(hasGoneOn()).as(vote.by()).isFalse();
      assertThat(voting().votes()).isEmpty();
      assertThat(leader.result("e1", 1).approval().orElseThrow().votes()).isEmpty();
      assertThat(leader.connection.get(leader.keys.approval("e1", 1, vote.user()))).isEmpty();
    }
    assertThat(approve("alice")).as("and may be cast again").isInstanceOf(Answer.Counted.class);
  }

  @Test
  void a_vote_about_another_event_counts_for_none() {
    asked(asking(1));
    forced(
        Vote.of(
            "e0", 1, "alice@desk", List.of(), Vote.Choice.APPROVE, Records.NOON, Optional.empty()));
    leader.advance();
    assertThat(hasGoneOn()).isFalse();
  }

  @Test
  void a_vote_goes_into_an_older_plan_that_was_put_back() {
    asked(asking(1, approval(2, Approval.OnTimeout.DENY, false)));
    Plan before = leader.plan("e1").orElseThrow();
    approve("alice");
    leader.set(leader.keys.plan(Keys.COMMON_LANE), Json.write(before));

    assertThat(approve("alice")).isInstanceOf(Answer.Counted.class);
    assertThat(voting().votes()).hasSize(1);
  }

  @Test
  void its_success_alone_makes_no_event_one_of_which_nothing_ran() {
    leader.dispatched(
        Records.plan("e1", List.of(asking(0), Records.filtered(1, "nowhere", "none", null))));
    approve("alice");
    leader.advance();
    leader.advance();
    elapse(Leader.LIMITS.start());
    leader.advance();

    assertThat(leader.result("e1").status()).isEqualTo(Status.SKIP);
  }

  @Test
  void who_is_told_hears_of_it_once() {
    leader.dispatched(plan(asking(1)));
    leader.ended("e1", 0, "n1", Outcome.success());
    Step step = leader.put(leader.step(leader.read())).orElseThrow();

    Map<String, Object> wanted = step.wantedApprovals().get(0);
    assertThat(wanted)
        .containsEntry("ID", "e1")
        .containsEntry("Name", "deploy")
        .containsEntry("No", 1)
        .containsEntry("Message", "To production?")
        .containsEntry("RequestedBy", "root@host")
        .containsKey("Until");
    approve("alice");
    assertThat(leader.put(leader.step(leader.read())).orElseThrow().wantedApprovals()).isEmpty();
  }

  @Test
  void a_vote_that_nobody_has_signed_is_struck_out_where_signatures_are_required() {
    EventSignatures strict =
        new EventSignatures(
            SigningKeys.parse(SigningKeys.newKey("k1")), EventSignatures.Unsigned.REFUSED);
    leader.signatures = strict;
    leader.succeed();
    asked(asking(1));

    assertThat(approve("alice"))
        .as("who has no key cannot know")
        .isInstanceOf(Answer.Counted.class);
    leader.advance();
    assertThat(hasGoneOn()).isFalse();
    assertThat(voting().votes()).isEmpty();
    Vote signed = strict.sign(by("alice", SECOND));
    forced(
        new Vote(
            signed.format(),
            "e1",
            1,
            "alice@desk",
            List.of("ops"),
            signed.choice(),
            signed.at(),
            signed.reason(),
            signed.signature()));
    leader.advance();
    assertThat(voting().votes()).as("altered since it was signed").isEmpty();

    assertThat(
            new Voter(leader.connection, leader.keys, strict)
                .vote(wish("alice", Vote.Choice.APPROVE)))
        .isInstanceOf(Answer.Counted.class);
    leader.advance();
    assertThat(hasGoneOn()).isTrue();
  }
}
