package dev.metronome.model.record;

import static dev.metronome.testing.Records.NOON;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metronome.testing.Records;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What records say of themselves, to people and to who decides by them. */
class RecordWordsTest {

  private static final Instant LATER = NOON.plusSeconds(60);
  private static final Cancellation WISH = new Cancellation("ops@a", NOON, Optional.of("no time"));

  private final Keys keys = new Keys(Keys.DEFAULT_PREFIX);

  @Test
  void a_freeze_says_what_it_is_about_and_is_over_when_its_time_is() {
    Freeze all = Freeze.of(FreezeScope.ALL, "root@a", NOON, "move", Optional.of(LATER));
    assertThat(all.sentence()).isEqualTo("all events are frozen by root@a: move");
    assertThat(all.holds("deploy", "app")).isTrue();
    assertThat(all.isOver(LATER.minusMillis(1))).isFalse();
    assertThat(all.isOver(LATER)).isTrue();
    assertThat(Freeze.of(FreezeScope.ALL, "root@a", NOON, "m", Optional.empty()).isOver(LATER))
        .isFalse();

    Freeze event =
        Freeze.of(FreezeScope.event("deploy"), "a", NOON, "x".repeat(501), Optional.empty());
    assertThat(event.sentence()).isEqualTo("the event deploy is frozen by a: " + "x".repeat(500));
    assertThat(event.holds("deploy", "app")).isTrue();
    assertThat(event.holds("backup", "app")).isFalse();

    Freeze lane = Freeze.of(FreezeScope.lane("app"), "a", NOON, "m", Optional.empty());
    assertThat(lane.sentence()).isEqualTo("the lane app is frozen by a: m");
    assertThat(lane.holds("deploy", "app")).isTrue();
    assertThat(lane.holds("deploy", "db")).isFalse();
    assertThat(keys.freeze(lane.scope())).isEqualTo("metronome/freeze/lane/app");
    assertThat(keys.freeze(event.scope())).isEqualTo("metronome/freeze/event/deploy");
    assertThat(keys.freeze(FreezeScope.event("ä"))).isEqualTo("metronome/freeze/hex/c3a4");
    assertThat(keys.freeze(FreezeScope.ALL)).isEqualTo("metronome/freeze/all");
    assertThatThrownBy(() -> new FreezeScope(Optional.of("a"), Optional.of("b")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void who_leads_waits_longer_for_the_agent_of_a_retryable_task() {
    Lead lead = Lead.of("a", "a/1", Duration.ofSeconds(30), Duration.ofSeconds(600));
    assertThat(lead.startSeconds()).hasValue(30L);
    assertThat(lead.finishSeconds()).hasValue(600L);
    assertThat(lead.lostSeconds(Records.task(0, "x"))).isEmpty();

    Lead waiting = lead.waiting(Duration.ofSeconds(20), Duration.ofSeconds(90));
    assertThat(waiting.lostSeconds(Records.task(0, "x"))).hasValue(20L);
    assertThat(waiting.lostSeconds(Records.retryable(0, "x", 2))).hasValue(90L);
    Lead shorter = lead.waiting(Duration.ofSeconds(20), Duration.ofSeconds(5));
    assertThat(shorter.lostSeconds(Records.retryable(0, "x", 2))).hasValue(20L);
    assertThat(waiting.by(List.of("advance")))
        .returns(List.of("advance"), Lead::routes)
        .returns(Optional.of(20L), Lead::lostSeconds);
  }

  @Test
  void an_item_that_is_held_says_by_which_route_and_what_to_do() {
    Held event = new Held("a", "k", "e1", Optional.of("deploy"), "plan", "plan.yaml", NOON, "why");
    assertThat(event.concernsEvent()).isTrue();
    assertThat(event.sentence())
        .isEqualTo(
            "event e1 deploy is held: the route plan of a (plan.yaml) fails: why;"
                + " mend the routes of a and start its agent anew");
    Held item = new Held("a", "q/k", "i", Optional.empty(), "own", "", NOON, "why");
    assertThat(item.concernsEvent()).isFalse();
    assertThat(item.sentence())
        .startsWith("item q/k is held: the route own of a fails: why; mend the routes of a");
  }

  @Test
  void the_ticks_of_a_cron_only_go_forward() {
    CronState state = CronState.since(NOON);
    assertThat(state.fired(LATER))
        .returns(LATER, CronState::last)
        .returns(Optional.of(LATER), CronState::fired);
    assertThat(state.fired(LATER).left(NOON))
        .returns(LATER, CronState::last)
        .returns(Optional.of(LATER), CronState::fired);
    assertThat(state.left(LATER))
        .returns(LATER, CronState::last)
        .returns(Optional.empty(), CronState::fired);
    CronState paused = state.fired(LATER).paused(WISH);
    assertThat(paused.paused()).hasValue(WISH);
    assertThat(paused.resumed(LATER.plusSeconds(1)))
        .returns(LATER.plusSeconds(1), CronState::last)
        .returns(Optional.of(LATER), CronState::fired)
        .returns(Optional.empty(), CronState::paused);
    assertThat(keys.cron("backup")).isEqualTo("metronome/cron/backup");
  }

  @Test
  void a_retry_fits_an_event_that_has_its_task_at_its_place() {
    List<PlannedTask> tasks = List.of(Records.task(0, "stop"), Records.task(1, "install"));
    assertThat(new Resume("e1", 1, "web", "install", List.of()).fits(tasks)).isTrue();
    assertThat(new Resume("e1", 0, "web", "stop", List.of()).fits(tasks)).isTrue();
    assertThat(new Resume("e1", 0, "web", "install", List.of()).fits(tasks)).isFalse();
    assertThat(new Resume("e1", 1, "db", "install", List.of()).fits(tasks)).isFalse();
    assertThat(new Resume("e1", 2, "web", "install", List.of()).fits(tasks)).isFalse();
    assertThat(new Resume("e1", -1, "web", "install", List.of()).fits(tasks)).isFalse();
  }

  @Test
  void a_vote_says_who_has_said_what_and_why() {
    Vote vote =
        Vote.of("e1", 2, "ada@x", List.of("ops"), Vote.Choice.APPROVE, NOON, Optional.of("green"));
    assertThat(vote.sentence()).isEqualTo("approved by ada@x: green");
    assertThat(vote.words()).isEqualTo("ada@x (green)");
    assertThat(vote.user()).isEqualTo("ada");
    assertThat(Vote.userOf("@x")).isEqualTo("@x");
    assertThat(Vote.userOf("ada")).isEqualTo("ada");
    assertThat(vote.isOf("ada")).isTrue();
    assertThat(vote.isOf("ops")).isTrue();
    assertThat(vote.isOf("dev")).isFalse();
    assertThat(vote.signed("s").signature()).hasValue("s");
    Vote deny = Vote.of("e1", 2, "eve@x", List.of(), Vote.Choice.DENY, NOON, Optional.of("  "));
    assertThat(deny.sentence()).isEqualTo("denied by eve@x");
    assertThat(deny.words()).isEqualTo("eve@x");
    Vote wordy =
        Vote.of("e1", 2, "a", List.of(), Vote.Choice.DENY, NOON, Optional.of("x".repeat(600)));
    assertThat(wordy.reason()).hasValue("x".repeat(500));
    assertThat(keys.approval("e1", 2, "ada")).isEqualTo("metronome/approvals/e1/2/ada");
    assertThat(keys.approval("e1", 2, "a b")).isEqualTo("metronome/approvals/e1/2/hex/612062");
  }

  @Test
  void whose_votes_count_is_said_with_their_number() {
    Approval one =
        new Approval(
            "go?", List.of("ops", "ada"), 1, Optional.empty(), 60, Approval.OnTimeout.DENY);
    assertThat(one.voters()).isEqualTo("ops, ada");
    assertThat(one.onTimeout()).hasToString("deny");
    Approval two =
        new Approval("?", List.of("ops"), 2, Optional.of(true), 60, Approval.OnTimeout.APPROVE);
    assertThat(two.voters()).isEqualTo("2 of ops");
    assertThatThrownBy(
            () -> new Approval("?", List.of("a"), 0, Optional.empty(), 60, Approval.OnTimeout.DENY))
        .hasMessage("no approval by [a], 0 of them, within 60 s");
    assertThatThrownBy(
            () -> new Approval("?", List.of("a"), 1, Optional.empty(), 0, Approval.OnTimeout.DENY))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> new Approval("?", List.of(), 1, Optional.empty(), 9, Approval.OnTimeout.DENY))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void batches_have_the_sizes_that_are_written_of_which_the_last_repeats() {
    Batching batching =
        new Batching(
            List.of(new Share(1, false), new Share(25, true)),
            Optional.of(Batching.Order.SHUFFLE),
            Optional.empty(),
            Optional.of(new Share(10, true)));
    assertThat(batching.isInBatches()).isTrue();
    assertThat(batching.size(0, 40)).isEqualTo(1);
    assertThat(batching.size(1, 40)).isEqualTo(10);
    assertThat(batching.size(7, 40)).isEqualTo(10);
    assertThat(batching.size(1, 3)).as("at least one").isEqualTo(1);
    assertThat(batching.failures(40)).isEqualTo(4);
    assertThat(batching.failures(9)).as("rounded down, to none").isZero();
    assertThat(Batching.NONE.isInBatches()).isFalse();
    assertThat(Batching.NONE.size(3, 40)).isEqualTo(40);
    assertThat(Batching.NONE.failures(40)).isZero();
    Batching most =
        new Batching(
            List.of(), Optional.empty(), Optional.of("rack"), Optional.of(new Share(3, false)));
    assertThat(most.isInBatches()).isTrue();
    assertThat(most.failures(40)).isEqualTo(3);
    assertThat(most.ungated()).isEqualTo(most);
    assertThat(Batching.Order.SHUFFLE.word()).isEqualTo("shuffle");
    assertThat(Batching.Order.of("name")).isEqualTo(Batching.Order.NAME);
  }

  @Test
  void a_share_is_a_number_or_hundredths() {
    assertThat(Share.read("25%")).hasValue(new Share(25, true));
    assertThat(Share.read("100%")).hasValue(new Share(100, true));
    assertThat(Share.read("7")).hasValue(new Share(7, false));
    assertThat(Share.read("101%")).isEmpty();
    assertThat(Share.read("-1")).isEmpty();
    assertThat(new Share(25, true)).hasToString("25%");
    assertThat(new Share(7, false)).hasToString("7");
    assertThatThrownBy(() -> new Share(101, true)).hasMessage("there is no share of 101%");
    assertThatThrownBy(() -> new Share(-1, false)).hasMessage("there is no share of -1");
    assertThat(new Share(101, false).of(5)).isEqualTo(101);
  }

  @Test
  void a_gate_takes_at_least_as_long_as_all_must_be_well() {
    assertThat(new HealthGate(0, 0, Optional.empty()).forSeconds()).isZero();
    assertThat(new HealthGate(10, 10, Optional.empty()).withinSeconds()).isEqualTo(10);
    assertThatThrownBy(() -> new HealthGate(-1, 10, Optional.empty()))
        .hasMessage("no gate for -1 s within 10 s");
    assertThatThrownBy(() -> new HealthGate(11, 10, Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void an_agent_says_which_events_it_knows_and_their_lanes() {
    Presence.PatternPresence web =
        new Presence.PatternPresence(
            "d", List.of("deploy"), Map.of(), Map.of("deploy", new Lane("app", 2)));
    Presence agent = presence(Format.SLOTS, Map.of("web", web));
    assertThat(agent.defines("deploy")).isTrue();
    assertThat(agent.defines("backup")).isFalse();
    assertThat(agent.defines("deploy", "web")).isTrue();
    assertThat(agent.defines("backup", "web")).isFalse();
    assertThat(agent.defines("deploy", "db")).isFalse();
    assertThat(agent.lane("deploy")).isEqualTo(new Lane("app", 2));
    assertThat(agent.lane("backup")).isEqualTo(Lane.COMMON);
    assertThat(agent.knowsSlots()).isTrue();
    assertThat(presence(Format.CURRENT, Map.of()).knowsSlots()).isFalse();
    assertThat(new Presence.PatternPresence("d", null, Map.of()))
        .returns(List.of(), Presence.PatternPresence::events)
        .returns(Map.of(), Presence.PatternPresence::lanes);
    assertThat(new Presence.PatternPresence("d", List.of(), null, null).parameters()).isEmpty();
  }

  private static Presence presence(int format, Map<String, Presence.PatternPresence> patterns) {
    return new Presence(
        format,
        "a",
        "1",
        "h",
        1,
        NOON,
        "i",
        patterns,
        Optional.empty(),
        Map.of(),
        Optional.empty(),
        List.of(),
        List.of());
  }

  @Test
  void an_assignment_is_known_again_by_its_task() {
    Assignment task = Records.assignment("e1", 1);
    byte[] there = Json.write(task);
    assertThat(task.isIn("k", there)).isTrue();
    assertThat(Records.assignment("e1", 2).isIn("k", there)).isFalse();
    assertThat(task.isIn("k", new byte[0])).isFalse();
    assertThat(task.isIn("k", "noise".getBytes(UTF_8))).isFalse();
    assertThat(task.taskId()).isEqualTo("e1.1");
    assertThat(task.slot()).isEqualTo(Keys.COMMON_LANE);
    assertThat(task.format()).isEqualTo(Format.CURRENT);
    assertThat(task.cancel(WISH).cancelled()).hasValue(WISH);
    assertThat(task.trace()).isEmpty();
    Plan plan = Records.plan("e1", 1).inSlot("app.2").in(9);
    Assignment other = Assignment.of(plan, NOON);
    assertThat(other.slot()).isEqualTo("app.2");
    assertThat(other.format()).isEqualTo(Format.TRAFFIC);
    assertThat(keys.claim(other, "n")).isEqualTo("metronome/claims/9.app.2/e1/0/n");
    assertThat(keys.claim(plan, "n")).isEqualTo("metronome/claims/9.app.2/e1/0/n");
    PlannedTask undo =
        new PlannedTask(
            3,
            "web",
            "x",
            Optional.of(Part.UNDO),
            Optional.of(1),
            new NodeSelector(Optional.empty(), Optional.empty()),
            new Rollout(true, false, false, 1),
            Batching.NONE);
    assertThat(Assignment.of(Records.event("e1"), undo, 1, NOON).format())
        .isEqualTo(Format.ROLLOUT);
  }

  @Test
  void a_claim_counts_its_attempts() {
    Claim claim = Claim.running(Records.assignment("e1", 1), "a", "a/1", 1, NOON);
    assertThat(claim.isTaken()).isTrue();
    assertThat(claim.taskId()).isEqualTo("e1.1");
    assertThat(claim.again("why"))
        .returns(2, Claim::attempt)
        .returns(Optional.of("why"), Claim::before);
    assertThat(claim.ended(LATER, Outcome.success()))
        .returns(Optional.of(LATER), Claim::finishedAt)
        .returns(Optional.of(Outcome.success()), Claim::outcome);
    assertThat(Claim.untaken("e1", 1, "a", NOON))
        .returns(false, Claim::isTaken)
        .returns(0, Claim::attempt);
  }

  @Test
  void a_task_says_for_whom_it_is() {
    NodeSelector selector =
        new NodeSelector(
            Optional.of("web"),
            Optional.of("blue"),
            Optional.of("Meta.rack == r1"),
            Optional.empty(),
            Optional.of("lock"));
    assertThat(selector).hasToString("web blue where Meta.rack == r1 at the holder of lock");
    assertThat(new NodeSelector(Optional.empty(), Optional.empty())).hasToString("every node");
    assertThat(Records.filtered(0, "x", "web", null).filter()).isEqualTo("web");
    assertThat(Records.filtered(0, "x", "web", null).leavesOut()).isFalse();
    assertThat(Records.task(0, "x").leavesOut()).isTrue();
    assertThat(Records.task(2, "x").title()).isEqualTo("task 2 x");
    Rollout drained =
        new Rollout(
            true,
            true,
            true,
            3,
            Optional.of(2),
            Optional.of(9L),
            Optional.of(8L),
            Optional.of(true));
    PlannedTask task = new PlannedTask(1, "web", "x", selector, drained);
    assertThat(task.leavesOut()).isTrue();
    assertThat(task.undrained().rollout())
        .isEqualTo(
            new Rollout(
                true,
                true,
                true,
                3,
                Optional.of(2),
                Optional.empty(),
                Optional.of(8L),
                Optional.of(true)));
    assertThat(
            new Rollout(
                    true,
                    true,
                    true,
                    3,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(false))
                .goesOn())
        .isEmpty();
    assertThat(Part.words(Optional.of(Part.FINALLY), "x")).isEqualTo("finally x");
  }

  @Test
  void a_limit_excludes_whom_it_does_not_name() {
    assertThat(Limit.of("a,b").excludes("a")).isFalse();
    assertThat(Limit.of("a,b").excludes("c")).isTrue();
    assertThat(Limit.of("2").excludes("c")).isFalse();
    assertThat(Limit.of("2")).hasToString("2");
    assertThat(Limit.of("a, b,a")).hasToString("a,b");
    assertThatThrownBy(() -> Limit.of("0")).hasMessageContaining("at least 1 node, found 0");
    assertThatThrownBy(() -> Limit.of("a b\n".repeat(20)))
        .hasMessageEndingWith("found `" + "a b?".repeat(15) + "...`");
    String most = "x".repeat(127) + ("," + "x".repeat(127)).repeat(62);
    assertThat(most).hasSize(127 * 63 + 62);
    assertThat(Limit.of(most).nodes()).hasSize(1);
    String longer = most + "," + "x".repeat(8_192 - most.length());
    assertThatThrownBy(() -> Limit.of(longer)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_maintenance_tells_whose_it_is() {
    String reason = DrainReason.beginning("metronome", "a") + "e1 (deploy), task 0 install";
    assertThat(reason).isEqualTo("metronome on a: event e1 (deploy), task 0 install");
    assertThat(DrainReason.isOurs("metronome", reason)).isTrue();
    assertThat(DrainReason.isOurs("other", reason)).isFalse();
  }

  @Test
  void a_wish_to_cancel_says_whose_and_why() {
    assertThat(WISH.sentence()).isEqualTo("cancelled by ops@a: no time");
    assertThat(WISH.outcome()).isEqualTo(Outcome.error(Reason.CANCELLED, WISH.sentence()));
    assertThat(new Cancellation("a", NOON, Optional.of("x".repeat(501))).reason())
        .hasValue("x".repeat(500));
  }

  @Test
  void only_the_first_events_that_may_not_begin_are_told() {
    Blocked.BlockedEvent one = new Blocked.BlockedEvent("e", "why", Optional.empty());

    assertThat(Blocked.of(Collections.nCopies(101, one)).events()).hasSize(100);
    assertThat(Blocked.of(List.of(one)).events()).containsExactly(one);
    assertThat(keys.blocked()).isEqualTo("metronome/blocked");
  }

  @Test
  void what_was_set_aside_is_whole_up_to_64_kib() {
    byte[] large = new byte[65_537];
    Quarantined whole = Quarantined.of("k", "text".getBytes(UTF_8), "why", NOON);
    assertThat(whole.bytes()).isEqualTo("text".getBytes(UTF_8));
    assertThat(whole.isWhole()).isTrue();
    Quarantined cut = Quarantined.of("k", large, "why", NOON);
    assertThat(cut.bytes()).hasSize(65_536);
    assertThat(cut.isWhole()).isFalse();
    assertThat(Quarantined.of("k", new byte[65_536], "why", NOON).isWhole()).isTrue();
    assertThat(new Quarantined(1, "k", null, NOON, null, Optional.empty()))
        .returns("unknown", Quarantined::reason)
        .returns(true, Quarantined::isWhole);
  }

  @Test
  void an_event_tells_how_it_was_sent() {
    Event event = Records.event("e1");
    assertThat(event.isAhead()).isFalse();
    assertThat(event.ahead(true).isAhead()).isTrue();
    assertThat(event.ahead(false).isAhead()).isFalse();
    assertThat(event.isUserEvent()).isFalse();
    assertThat(Event.of("e1", "x", Map.of(), NOON, "push", null).isUserEvent()).isTrue();
    assertThat(event.overriding(Optional.of("x".repeat(501))).override()).hasValue("x".repeat(500));
    assertThat(event.confirmed(Optional.of("0f-1")).fingerprint()).hasValue("0f-1");
    assertThat(event.confirmed(Optional.of("no fingerprint")).fingerprint()).isEmpty();
    String most = "x".repeat(65_536 - "{\"a\":\"\"}".length());
    assertThat(Event.of("e1", "x", Map.of("a", most), NOON, "s", null).params()).hasSize(1);
    assertThatThrownBy(() -> Event.of("e1", "x", Map.of("a", most + "x"), NOON, "s", null))
        .hasMessage("the parameters take 65537 bytes as JSON, the limit is 65536");
    assertThatThrownBy(() -> Event.of("e1", "x", Map.of("a", "\0"), NOON, "s", null))
        .hasMessage("the parameter a contains a NUL character");
  }

  @Test
  void a_result_tells_of_its_event() {
    EventResult started = EventResult.started(Records.event("e1"), NOON);
    assertThat(started.status()).isEqualTo(Status.INPROGRESS);
    assertThat(started.cancelled(Optional.of(WISH)).cancelled()).hasValue(WISH);
    assertThat(started.leavingOut(List.of())).isSameAs(started);
    assertThat(started.leavingOut(List.of("a", "b")).leftOut()).hasValue("a; b");
    EventResult retried = started;
    for (int no = 0; no < 51; no++) {
      retried = retried.retriedAs("r" + no);
    }
    assertThat(retried.retries()).hasSize(50).startsWith("r1").endsWith("r50");
    Plan plan = Records.plan("e1", 1);
    assertThat(started.planned(plan))
        .returns(Optional.of("web:0123456789ab"), EventResult::digest)
        .returns(Optional.empty(), EventResult::lane);
    assertThat(started.planned(plan.inSlot("app.2")).lane()).hasValue("app");
    assertThat(started.planned(Plan.of(plan.event(), NOON, "", plan.tasks())).digest()).isEmpty();
    assertThat(EventResult.unreadable("e1", NOON, Outcome.error(Reason.UNREADABLE, "noise")))
        .returns("unknown", EventResult::name)
        .returns(Status.ERROR, EventResult::status)
        .returns(Optional.of("noise"), EventResult::message);
    Outcome denied = Outcome.error(Reason.DENIED, "denied by eve");
    assertThat(EventResult.ended(plan.event(), NOON, LATER, denied).format())
        .isEqualTo(Format.TRAFFIC);
  }

  @Test
  void a_batch_that_has_ended_is_told_of_alone() {
    Plan plan =
        Records.plan("e1", 1)
            .openInBatches(NOON, List.of(List.of("a"), List.of("b")), List.of())
            .openBatch(LATER, EndedNodes.NONE);

    assertThat(TaskResult.endedBatch(plan, LATER.plusSeconds(1), Outcome.success()))
        .returns(List.of("b"), TaskResult::targets)
        .returns(Optional.of(LATER), TaskResult::startedAt)
        .returns(Optional.of(LATER.plusSeconds(1)), TaskResult::finishedAt)
        .returns(Status.SUCCESS, TaskResult::status);
    assertThat(TaskResult.opened(plan).targets()).containsExactly("a", "b");
  }

  @Test
  void a_waiting_gate_stands_in_a_result_until_the_task_ends() {
    PlannedTask task =
        new PlannedTask(
            0,
            "web",
            "x",
            new NodeSelector(Optional.empty(), Optional.empty()),
            new Rollout(true, false, false, 1),
            new Batching(
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(new HealthGate(1, 60, Optional.empty()))));
    Plan plan = Records.plan("e1", List.of(task)).open(NOON, List.of("a")).atGate(LATER);

    assertThat(TaskResult.opened(plan).gate().orElseThrow().until())
        .isEqualTo(LATER.plusSeconds(60));
    assertThat(TaskResult.ended(plan, LATER, Outcome.success()).gate()).isEmpty();
    assertThat(plan.isGateFailed()).isFalse();
  }

  @Test
  void the_remaining_keys_are_those_of_the_design() {
    assertThat(keys.originalEventQueue()).isEqualTo("metronome/event_queue");
    assertThat(keys.originalProgressQueue()).isEqualTo("metronome/progress_task_queue");
    assertThat(keys.originalLock()).isEqualTo("metronome/event_queue/lock");
    assertThat(keys.ahead()).isEqualTo("metronome/ahead");
    assertThat(keys.formerPlan("e")).isEqualTo("metronome/progress_task_queue/e");
    assertThat(keys.formerNodeQueue("n")).isEqualTo("metronome/nodes/n/tasks/");
    assertThat(keys.endedPlan("e")).isEqualTo("metronome/ended_plans/e");
    assertThat(keys.results()).isEqualTo("metronome/results/");
    assertThat(keys.nodes()).isEqualTo("metronome/nodes/");
    assertThat(keys.quarantine()).isEqualTo("metronome/quarantine/");
    assertThat(keys.cron()).isEqualTo("metronome/cron/");
    assertThat(keys.freezes()).isEqualTo("metronome/freeze/");
    assertThat(keys.approvals("e")).isEqualTo("metronome/approvals/e/");
    assertThat(Keys.isPresence(keys.presence("n"))).isTrue();
    assertThat(Keys.isPresence(keys.assignment("n", "common"))).isFalse();
    assertThat(keys.formerEventId("metronome/progress_task_queue/e")).hasValue("e");
    assertThat(keys.formerEventId("metronome/progress_task_queue/common")).isEmpty();
    assertThat(keys.formerEventId("metronome/progress_task_queue/")).isEmpty();
    assertThat(keys.formerEventId("metronome/progress_task_queue/e/x")).isEmpty();
    assertThat(keys.formerEventId("metronome/event_queue/e")).isEmpty();
    assertThat(keys.epoch(Records.plan("e", 1).in(7))).hasValue("metronome/claims/7/");
    assertThat(keys.epoch(Records.plan("e", 1).in(0))).isEmpty();
    assertThat(Keys.wasSegment("a:b")).isTrue();
    assertThat(Keys.wasSegment("a/b")).isFalse();
    assertThat(Keys.isSegment("x".repeat(128))).isTrue();
    assertThat(Keys.isSegment("x".repeat(129))).isFalse();
  }

  @Test
  void where_a_record_is_broken_is_told_and_not_what_stands_there() {
    assertThatThrownBy(() -> read("{\"Format\":1,\"EventID\":\"ab"))
        .isInstanceOf(UnreadableRecordException.class)
        .hasMessageContaining("it is cut off");
    assertThatThrownBy(() -> read("{\"Format\":1,")).hasMessageContaining("it is cut off");
    assertThatThrownBy(() -> read("{\"Format\":1 secret"))
        .hasMessageContaining("it is not JSON of the expected shape, at line 1, column ")
        .hasMessageNotContaining("secret");
    assertThatThrownBy(() -> read("{\"Format\":1,\"No\":\"secret\"}"))
        .hasMessageContaining("its field No is missing or of another kind than expected")
        .hasMessageNotContaining("secret");
    assertThatThrownBy(
            () ->
                Json.read(
                    "k",
                    "{\"Format\":1,\"EventID\":\"e\",\"Name\":\"../x\",\"ID\":\"a/b\"}"
                        .getBytes(UTF_8),
                    Event.class))
        .hasMessageContaining("breaks a rule");
  }

  private static Claim read(String text) {
    return Json.read("k", text.getBytes(UTF_8), Claim.class);
  }
}
