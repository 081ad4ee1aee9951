package dev.metronome.model.record;

import static dev.metronome.testing.Records.NOON;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.testing.Records;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What agents say of themselves, and what stands between a leader and its nodes. */
class NodeRecordsTest {

  private static final Instant LATER = NOON.plusSeconds(60);
  private static final Cancellation WISH = new Cancellation("ops@a", NOON, Optional.of("no time"));
  private final Keys keys = new Keys(Keys.DEFAULT_PREFIX);

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
}
