package dev.metronome.pipeline.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.model.record.BatchPlace;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Resume;
import dev.metronome.model.record.Status;
import dev.metronome.testing.Records;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A retry of an event that has stopped at a gate of health. */
class RetriedGateTest {

  @AutoClose private final GatedTier tier = new GatedTier();
  private final Leader leader = tier.leader;

  private static Event again(List<String> nodes, List<String> healthy) {
    return Records.event("e1").resuming(new Resume("e0", 0, "web", "install", nodes, healthy));
  }

  @Test
  void a_retry_begins_at_the_gate_that_failed_and_runs_nothing_again_there() {
    tier.nodes(3);
    tier.http("n00", "critical");
    leader.dispatched(
        GatedTier.plan(
            again(List.of("n01", "n02"), List.of("n00")), GatedTier.gated(null, null, "1")));
    tier.advance();
    tier.elapse(GatedTier.FOR);
    assertThat(tier.isOpen("n01")).isFalse();
    assertThat(tier.waitsFor()).hasValue("n00: check `http` critical");
    tier.http("n00", "passing");
    tier.advance();
    tier.elapse(GatedTier.FOR);
    assertThat(tier.isOpen("n01")).isTrue();
    assertThat(tier.isOpen("n00")).isFalse();
    assertThat(leader.result("e1", 0).batch().map(BatchPlace::toString)).hasValue("batch 1 of 2");
  }

  @Test
  void a_retry_of_a_last_gate_runs_nothing_and_goes_on_when_all_is_well() {
    tier.nodes(2);
    tier.http("n00", "critical");
    leader.dispatched(
        GatedTier.plan(again(List.of(), List.of("n00", "n01")), GatedTier.gated(null, null)));
    tier.advance();
    tier.elapse(GatedTier.FOR);
    assertThat(tier.isOpen("n00") || tier.isOpen("n01") || tier.hasGoneOn()).isFalse();
    tier.http("n00", "passing");
    tier.advance();
    tier.elapse(GatedTier.FOR);
    assertThat(tier.hasGoneOn()).isTrue();
    assertThat(leader.result("e1", 0).status()).isEqualTo(Status.SUCCESS);
  }
}
