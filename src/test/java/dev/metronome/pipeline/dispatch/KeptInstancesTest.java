package dev.metronome.pipeline.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.model.record.BatchPlace;
import dev.metronome.model.record.LeftOut;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Reason;
import dev.metronome.testing.Records;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** That enough instances of a service stay well beside a batch: {@code keep}. */
class KeptInstancesTest {

  @AutoClose private final GatedTier tier = new GatedTier();
  private final Leader leader = tier.leader;

  @Test
  void what_is_sick_beside_a_batch_counts_for_keep_and_never_against_the_gate() {
    tier.nodes(4);
    tier.http("n03", "critical");
    tier.dispatched(GatedTier.gated("100%", "2", "1"));
    assertThat(tier.isOpen("n00")).as("two of three are well beside it").isTrue();
    tier.succeeded("n00");
    tier.elapse(GatedTier.FOR);
    assertThat(tier.isOpen("n01")).as("n00 and n02 are well").isTrue();

    tier.http("n02", "warning");
    tier.succeeded("n01");
    tier.elapse(GatedTier.FOR);
    assertThat(tier.isOpen("n02")).as("n00 and n01 are").isTrue();
    tier.http("n00", "critical");
    tier.http("n02", "passing");
    tier.succeeded("n02");
    tier.elapse(GatedTier.FOR);
    assertThat(tier.isOpen("n03")).as("n01 and n02 are").isTrue();
    assertThat(tier.waitsFor()).isEmpty();
  }

  @Test
  void a_batch_that_would_leave_too_few_waits_and_stops_the_task_whatever_may_fail() {
    tier.nodes(3);
    tier.dispatched(GatedTier.gated("100%", "2", "1"));
    tier.succeeded("n00");
    tier.http("n02", "critical");
    tier.elapse(GatedTier.FOR);
    assertThat(tier.isOpen("n01")).isFalse();
    String few =
        "`keep: 2`: 2 of 3 instances of app must be well beside the next batch, and 1 is;"
            + " n02: check `http` critical";
    assertThat(tier.waitsFor()).hasValue(few);
    tier.elapse(GatedTier.WITHIN.minus(GatedTier.FOR).minusSeconds(1));
    assertThat(leader.plan("e1")).isPresent();
    tier.elapse(Duration.ofSeconds(1));
    assertThat(leader.result("e1").reason()).hasValue(Reason.UNHEALTHY);
    assertThat(leader.result("e1", 0).message().orElse(""))
        .contains("no further batch could be opened within 300 s for " + few)
        .contains("stopped after batch 1 of 3");
    assertThat(tier.isOpen("n01")).isFalse();
  }

  @Test
  void the_first_batch_waits_for_keep_too_and_what_can_never_be_says_so_in_the_end() {
    tier.nodes(2);
    tier.http("n01", "critical");
    tier.dispatched(GatedTier.gated(null, "1", "1"));
    assertThat(leader.plan("e1").orElseThrow().isOpen()).isTrue();
    assertThat(leader.result("e1", 0).targets()).isEmpty();
    assertThat(tier.isOpen("n00")).isFalse();
    tier.http("n01", "passing");
    tier.elapse(Duration.ofSeconds(1));
    assertThat(tier.isOpen("n00")).isTrue();
    assertThat(leader.result("e1", 0).batch().map(BatchPlace::toString)).hasValue("batch 1 of 2");
    tier.succeeded("n00");
    tier.elapse(GatedTier.FOR);
    tier.succeeded("n01");
    tier.elapse(GatedTier.FOR);
    assertThat(tier.hasGoneOn()).isTrue();
    leader.ended("e1", 1, "n00", Outcome.success());
    leader.ended("e1", 1, "n01", Outcome.success());
    tier.advance();

    leader.dispatched(GatedTier.plan(Records.event("e2"), GatedTier.gated(null, "50%")));
    tier.advance();
    tier.elapse(GatedTier.WITHIN);
    assertThat(leader.result("e2").reason()).hasValue(Reason.UNHEALTHY);
    assertThat(leader.result("e2", 0).message().orElse("")).contains("stopped before the first");
    assertThat(leader.result("e2", 0).leftOut()).extracting(LeftOut::node).hasSize(2);
  }
}
