package dev.metronome.telemetry.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.Claim;
import dev.metronome.model.record.EndedNodes;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.NodeSelector;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Rollout;
import dev.metronome.model.record.Status;
import dev.metronome.pipeline.dispatch.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HandoverTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private long nanos;
  private final Handover handover = new Handover(() -> nanos);

  private static PlannedTask task(int no) {
    return new PlannedTask(
        no,
        "web",
        "t" + no,
        new NodeSelector(Optional.empty(), Optional.empty()),
        new Rollout(true, false, false, 1));
  }

  private static Plan plan(String id, int no) {
    Event event = Event.of(id, "deploy", Map.of(), NOW, "test", null);
    Plan plan = Plan.of(event, NOW, "", List.of(task(0), task(1), task(2)));
    for (int at = 0; at < no; at++) {
      plan = plan.open(NOW, List.of("a", "b")).next(Status.SUCCESS);
    }
    return plan.open(NOW, List.of("a", "b"));
  }

  private static Progress progress(String id, int no, Map<String, Boolean> endedByNode) {
    Plan plan = plan(id, no);
    Map<String, Progress.Held> claims = new HashMap<>();
    endedByNode.forEach(
        (node, ended) -> {
          Assignment assignment = Assignment.of(plan.event(), plan.head(), 1, NOW);
          Claim claim = Claim.running(assignment, node, "x", 1, NOW);
          Claim stands = ended ? claim.ended(NOW, Outcome.success()) : claim;
          claims.put(node, new Progress.Held(stands, 1, !ended, Optional.empty()));
        });
    return new Progress(plan, 1, claims, "fence");
  }

  private Optional<Duration> at(long millis, Progress progress) {
    nanos = Duration.ofMillis(millis).toNanos();
    return handover.seen(progress);
  }

  @Test
  void it_is_measured_from_the_last_end_to_the_first_claim() {
    assertThat(at(0, progress("e", 0, Map.of("a", true, "b", false)))).isEmpty();
    assertThat(at(10, progress("e", 0, Map.of("a", true, "b", true)))).isEmpty();
    assertThat(at(12, progress("e", 0, Map.of("a", true, "b", true)))).isEmpty();
    assertThat(at(14, progress("e", 1, Map.of()))).isEmpty();
    assertThat(at(17, progress("e", 1, Map.of("b", false)))).hasValue(Duration.ofMillis(7));
    assertThat(at(19, progress("e", 1, Map.of("a", false, "b", false)))).isEmpty();
  }

  @Test
  void between_two_batches_no_task_is_handed_over() {
    Plan open = plan("e", 0).openInBatches(NOW, List.of(List.of("a"), List.of("b")), List.of());
    Map<String, Progress.Held> claims = progress("e", 0, Map.of("a", true)).claims();
    Progress first = new Progress(open, 1, claims, "fence");
    at(0, first);
    Plan last =
        open.openBatch(NOW, EndedNodes.NONE.and(List.of("a"), n -> Outcome.success(), n -> true));
    at(10, new Progress(last, 2, progress("e", 0, Map.of("b", true)).claims(), "fence"));

    assertThat(at(17, progress("e", 1, Map.of("b", false)))).hasValue(Duration.ofMillis(7));
  }

  @Test
  void a_first_claim_that_is_seen_ended_already_counts_for_both_hand_overs() {
    at(10, progress("e", 0, Map.of("a", true, "b", true)));

    assertThat(at(15, progress("e", 1, Map.of("a", true, "b", true))))
        .hasValue(Duration.ofMillis(5));
    assertThat(at(18, progress("e", 2, Map.of("a", false)))).hasValue(Duration.ofMillis(3));
  }

  @Test
  void another_event_is_no_hand_over() {
    at(10, progress("e", 0, Map.of("a", true, "b", true)));

    assertThat(at(15, progress("f", 1, Map.of("a", false)))).isEmpty();
  }

  @Test
  void a_task_whose_predecessors_end_was_not_seen_is_no_hand_over() {
    assertThat(at(15, progress("e", 1, Map.of("a", false)))).isEmpty();
  }
}
