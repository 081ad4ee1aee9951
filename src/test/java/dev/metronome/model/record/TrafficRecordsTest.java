package dev.metronome.model.record;

import static dev.metronome.testing.Records.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What records about the order and the pauses of events say: freezes, votes, ticks, wishes. */
class TrafficRecordsTest {

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
}
