package dev.metronome.state;

import static dev.metronome.state.ViewedCluster.KEYS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.model.record.Blocked;
import dev.metronome.model.record.Blocked.BlockedEvent;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Freeze;
import dev.metronome.model.record.FreezeScope;
import dev.metronome.model.record.Limit;
import dev.metronome.model.record.Outcome;
import dev.metronome.state.ExpectedTimes.ExpectedEnd;
import dev.metronome.state.ExpectedTimes.ExpectedStart;
import dev.metronome.testing.Records;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When events are expected to end and begin, by how long those of their names took. */
class ExpectedTimesTest {

  private static final Instant NOON = Records.NOON;
  private static final UsualDuration MINUTE = new UsualDuration(60_000, 1);

  @AutoClose private final ViewedCluster viewed = new ViewedCluster();

  @BeforeEach
  void history() {
    took("old-deploy", "deploy", 60);
    took("old-sweep", "sweep", 600);
  }

  private void took(String id, String name, int seconds) {
    Instant begun = NOON.minusSeconds(9_000);
    viewed.set(
        KEYS.result(id),
        EventResult.ended(
            Records.event(id, name), begun, begun.plusSeconds(seconds), Outcome.success()));
  }

  private ExpectedTimes after(int seconds) {
    Clock clock = Clock.fixed(NOON.plusSeconds(seconds), ZoneOffset.UTC);
    return new Viewer(viewed.connection(), KEYS, clock).expected();
  }

  private List<Optional<Duration>> starts(int seconds) {
    return after(seconds).waiting().stream()
        .map(ExpectedStart::begins)
        .map(at -> at.map(each -> Duration.between(NOON, each)))
        .toList();
  }

  private static Optional<Duration> at(int seconds) {
    return Optional.of(Duration.ofSeconds(seconds));
  }

  @Test
  void what_waits_begins_when_what_is_before_it_has_ended_as_it_usually_does() {
    viewed.lead("n1");
    viewed.running("now");
    viewed.accept(Records.event("w1"), Records.event("w2", "sweep"), Records.event("w3", "sweep"));

    assertThat(after(20).running())
        .containsExactly(
            new ExpectedEnd("now", Optional.of(MINUTE), Optional.of(NOON.plusSeconds(60))));
    assertThat(starts(20)).containsExactly(at(60), at(120), at(720));
    assertThat(starts(90))
        .as("it is late: at any moment")
        .containsExactly(at(90), at(150), at(750));
  }

  @Test
  void behind_one_that_nobody_knows_nothing_is_expected() {
    viewed.lead("n1");
    viewed.accept(
        Records.event("w1"),
        Records.event("w2").limited(Optional.of(Limit.of("1"))),
        Records.event("w3"));

    assertThat(starts(20)).containsExactly(at(20), at(80), Optional.empty());
    assertThat(after(20).waiting().get(1).usually()).as("on one node only").isEmpty();
  }

  @Test
  void what_may_not_begin_holds_up_nobody_and_is_not_expected() {
    viewed.lead("n1");
    viewed.accept(Records.event("w1", "sweep"), Records.event("w2"));
    viewed.set(
        KEYS.blocked(), Blocked.of(List.of(new BlockedEvent("w1", "frozen", Optional.empty()))));

    assertThat(starts(20)).containsExactly(Optional.empty(), at(20));
  }

  @Test
  void under_a_freeze_no_end_is_expected_and_without_a_leader_no_beginning() {
    viewed.accept(Records.event("w1"));
    assertThat(starts(20)).containsExactly(Optional.empty());

    viewed.lead("n1");
    viewed.running("now");
    viewed.set(
        KEYS.freeze(FreezeScope.ALL),
        Freeze.of(FreezeScope.ALL, "me", NOON, "stop", Optional.empty()));
    assertThat(after(20).running().get(0).ends()).isEmpty();
    assertThat(starts(20)).containsExactly(Optional.empty());
  }
}
