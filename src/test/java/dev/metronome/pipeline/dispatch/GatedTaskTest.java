package dev.metronome.pipeline.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.model.record.BatchPlace;
import dev.metronome.model.record.Freeze;
import dev.metronome.model.record.FreezeScope;
import dev.metronome.model.record.GateWait;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Status;
import dev.metronome.pipeline.traffic.Freezes;
import dev.metronome.testing.NodeStates;
import dev.metronome.testing.Records;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A task that waits for the health of its nodes, on the leader and in front of Consul: what is
 * well, and for how long.
 */
@Tag("consul")
class GatedTaskTest {

  @AutoClose private final GatedTier tier = new GatedTier();
  private final Leader leader = tier.leader;

  @Test
  void the_next_batch_opens_when_the_one_before_has_been_well_for_so_long_and_not_earlier() {
    tier.nodes(3);
    tier.dispatched(GatedTier.gated(null, null, "1", "2"));
    tier.succeeded("n00");
    assertThat(leader.plan("e1").orElseThrow().gate().orElseThrow().waiting())
        .hasValue(
            new GateWait(Records.NOON.plus(GatedTier.WITHIN), Records.NOON, Optional.empty()));
    assertThat(leader.result("e1", 0).gate()).isPresent();
    tier.elapse(GatedTier.FOR.minusSeconds(1));
    assertThat(tier.isOpen("n01")).isFalse();

    tier.elapse(Duration.ofSeconds(1));
    assertThat(tier.isOpen("n01")).isTrue();
    assertThat(leader.result("e1", 0).gate()).isEmpty();
    tier.succeeded("n01", "n02");
    assertThat(leader.result("e1", 0).batch().map(BatchPlace::toString)).hasValue("batch 2 of 2");
    assertThat(tier.hasGoneOn()).as("the last batch has a gate too").isFalse();
    tier.elapse(GatedTier.FOR);
    assertThat(tier.hasGoneOn()).isTrue();
    assertThat(leader.result("e1", 0).status()).isEqualTo(Status.SUCCESS);
    assertThat(leader.plan("e1").orElseThrow().gate()).isEmpty();
  }

  @Test
  void behind_a_gate_that_is_passed_the_next_batch_waits_for_the_thaw_and_for_health_until_then() {
    tier.nodes(2);
    tier.dispatched(GatedTier.gated(null, null, "1"));
    tier.succeeded("n00");
    Freezes freezes = new Freezes(leader.connection, leader.keys);
    freezes.freeze(
        Freeze.of(FreezeScope.ALL, "root@host", Records.NOON, "moving", Optional.empty()));
    tier.elapse(GatedTier.FOR);
    tier.elapse(GatedTier.FOR);
    assertThat(tier.isOpen("n01")).isFalse();

    tier.http("n00", "critical");
    tier.elapse(GatedTier.FOR);
    tier.http("n00", "passing");
    tier.advance();
    assertThat(freezes.thaw(FreezeScope.ALL)).isTrue();
    tier.elapse(GatedTier.FOR.minusSeconds(1));
    assertThat(tier.isOpen("n01")).as("ill under the freeze").isFalse();
    tier.elapse(Duration.ofSeconds(1));
    assertThat(tier.isOpen("n01")).isTrue();
  }

  @Test
  void a_task_without_batches_has_a_gate_before_the_next_task() {
    tier.nodes(2);
    tier.dispatched(GatedTier.gated(null, null));
    tier.http("n01", "critical");
    tier.succeeded("n00", "n01");
    tier.elapse(GatedTier.FOR.multipliedBy(2));
    assertThat(tier.hasGoneOn()).isFalse();
    assertThat(tier.waitsFor()).hasValue("n01: check `http` critical");
    tier.http("n01", "passing");
    tier.advance();
    tier.elapse(GatedTier.FOR);
    assertThat(tier.hasGoneOn()).isTrue();
  }

  @Test
  void neither_a_warning_nor_a_missing_instance_nor_a_critical_check_of_the_node_is_well() {
    tier.nodes(3);
    tier.dispatched(GatedTier.gated(null, null));
    tier.http("n00", "warning");
    tier.succeeded("n00", "n01", "n02");
    tier.elapse(GatedTier.FOR.multipliedBy(2));
    assertThat(tier.waitsFor()).hasValue("n00: check `http` warning");

    tier.http("n00", "passing");
    tier.deregister("n01");
    tier.elapse(GatedTier.FOR);
    assertThat(tier.waitsFor()).hasValue("n01: no instance of app");

    tier.app("n01", "passing");
    NodeStates.check(leader.consul, "n02", "", "disk", "critical");
    tier.elapse(GatedTier.FOR.multipliedBy(2));
    assertThat(tier.waitsFor()).hasValue("n02: check of the node `disk` critical");

    NodeStates.check(leader.consul, "n02", "", "disk", "passing");
    tier.advance();
    tier.elapse(GatedTier.FOR);
    assertThat(tier.hasGoneOn()).isTrue();
  }

  @Test
  void health_that_flaps_starts_the_time_anew_and_the_deadline_stays() {
    tier.nodes(2);
    tier.dispatched(GatedTier.gated(null, null, "1"));
    tier.succeeded("n00");
    for (int i = 0; i < 29; i++) {
      tier.elapse(GatedTier.FOR.minusSeconds(1));
      tier.http("n00", i % 2 == 0 ? "critical" : "passing");
      tier.elapse(Duration.ofSeconds(1));
      assertThat(tier.isOpen("n01")).isFalse();
    }
    tier.http("n00", "passing");
    tier.elapse(GatedTier.FOR.minusSeconds(1));
    assertThat(leader.plan("e1")).isPresent();
    tier.elapse(Duration.ofSeconds(1));
    assertThat(leader.result("e1").status()).isEqualTo(Status.ERROR);
    assertThat(tier.isOpen("n01")).isFalse();
    assertThat(leader.result("e1", 0).message().orElse(""))
        .startsWith(
            "batch 1 of 2 was not well for 10 s within 300 s: n00: check `http` critical until"
                + " 2026-03-01T12:04:50Z; since then all is well; stopped after batch 1 of 2");
  }

  @Test
  void a_gate_that_runs_out_while_all_is_well_names_what_was_not_last_and_until_when() {
    tier.nodes(3);
    tier.dispatched(GatedTier.gated("100%", null, "1"));
    tier.succeeded("n00");
    tier.elapse(GatedTier.WITHIN.minus(GatedTier.FOR));
    assertThat(tier.isOpen("n01")).isTrue();
    tier.http("n01", "critical");
    tier.succeeded("n01");
    tier.elapse(GatedTier.WITHIN.minusSeconds(5));
    NodeStates.removeCheck(leader.consul, "n01", "app-http");
    tier.elapse(Duration.ofSeconds(2));
    tier.elapse(Duration.ofSeconds(3));
    assertThat(leader.plan("e1").orElseThrow().gate().orElseThrow().reasons())
        .containsExactly(
            "batch 2 of 3 was not well for 10 s within 300 s: n01: check `app-http` of app is gone"
                + " until 2026-03-01T12:09:47Z; since then all is well");

    tier.succeeded("n02");
    tier.elapse(Duration.ofSeconds(1));
    leader.clock.forward(GatedTier.WITHIN.minusSeconds(5));
    leader.succeed();
    tier.advance();
    tier.elapse(Duration.ofSeconds(4));
    assertThat(leader.result("e1", 0).message().orElse(""))
        .startsWith("2 gates failed: batch 2 of 3 was not well for 10 s within 300 s: n01: ")
        .endsWith(
            "; batch 3 of 3 was not well for 10 s within 300 s: all is well, but this leader has"
                + " looked for only 4 s");
  }

  @Test
  void a_check_that_disappears_and_an_instance_under_another_id_start_the_time_anew() {
    tier.nodes(2);
    tier.dispatched(GatedTier.gated(null, null, "1"));
    tier.succeeded("n00");
    tier.elapse(GatedTier.FOR.minusSeconds(1));
    NodeStates.removeCheck(leader.consul, "n00", "app-http");
    tier.elapse(Duration.ofSeconds(2));
    assertThat(tier.isOpen("n01")).as("a check is gone").isFalse();

    tier.elapse(GatedTier.FOR);
    assertThat(tier.isOpen("n01")).as("it is well without the check").isTrue();
    tier.succeeded("n01");
    tier.elapse(GatedTier.FOR.minusSeconds(1));
    NodeStates.service(leader.consul, "n01", "app-2", "app", "blue");
    tier.deregister("n01");
    tier.elapse(Duration.ofSeconds(2));
    assertThat(tier.hasGoneOn()).as("another instance").isFalse();
    tier.elapse(GatedTier.FOR);
    assertThat(tier.hasGoneOn()).isTrue();
  }

  @Test
  void with_another_leader_the_time_of_health_starts_anew_and_the_deadline_does_not() {
    tier.nodes(3);
    tier.dispatched(GatedTier.gated(null, null, "1"));
    tier.succeeded("n00");
    tier.elapse(GatedTier.FOR.minusSeconds(1));
    leader.succeed();
    tier.elapse(Duration.ofSeconds(2));
    assertThat(tier.isOpen("n01")).as("the successor has not seen it well for so long").isFalse();
    tier.elapse(GatedTier.FOR);
    assertThat(tier.isOpen("n01")).isTrue();

    tier.http("n01", "critical");
    tier.succeeded("n01");
    tier.elapse(GatedTier.WITHIN.minusSeconds(30));
    leader.succeed();
    tier.elapse(Duration.ofSeconds(29));
    assertThat(leader.plan("e1")).isPresent();
    tier.elapse(Duration.ofSeconds(1));
    assertThat(leader.result("e1").reason()).hasValue(Reason.UNHEALTHY);
  }

  @Test
  void a_clock_that_is_set_ends_no_gate() {
    tier.nodes(2);
    tier.dispatched(GatedTier.gated(null, null, "1"));
    tier.http("n00", "critical");
    tier.succeeded("n00");
    leader.clock.forward(Duration.ofDays(1));
    tier.advance();
    assertThat(leader.plan("e1")).isPresent();
    leader.clock.forward(Duration.ofDays(-2));
    leader.succeed();
    leader.elapse(Duration.ofSeconds(1));
    tier.advance();
    leader.elapse(GatedTier.WITHIN);
    tier.advance();
    assertThat(leader.result("e1").reason()).hasValue(Reason.UNHEALTHY);
  }

  @Test
  void our_own_maintenance_is_not_waited_for_and_an_operators_is() {
    tier.nodes(3);
    NodeStates.maintainService(
        leader.consul, "n00", "app", "metronome/ on n00: event e1 (deploy), task 0 install");
    tier.dispatched(GatedTier.gated(null, null, "1"));
    tier.succeeded("n00");
    tier.elapse(GatedTier.FOR);
    assertThat(tier.isOpen("n01")).isTrue();

    NodeStates.maintainService(leader.consul, "n01", "app", "a new disk");
    tier.succeeded("n01");
    tier.elapse(GatedTier.FOR);
    assertThat(tier.waitsFor()).hasValue("n01: it is in maintenance: a new disk");
    assertThat(tier.isOpen("n02")).isFalse();
    NodeStates.maintain(leader.consul, "n01", "a new kernel");
    tier.elapse(GatedTier.WITHIN);
    assertThat(leader.result("e1").reason()).hasValue(Reason.UNHEALTHY);
    assertThat(leader.result("e1", 0).message().orElse("")).contains("and 1 more");
  }

  @Test
  void a_node_that_joins_is_no_part_of_it_and_one_that_leaves_is_missing() {
    tier.nodes(3);
    tier.dispatched(GatedTier.gated(null, null, "1", "2"));
    tier.node("n00a");
    tier.http("n00a", "critical");
    tier.succeeded("n00");
    tier.elapse(GatedTier.FOR);
    assertThat(tier.isOpen("n01")).isTrue();
    assertThat(tier.isOpen("n00a")).isFalse();

    tier.succeeded("n01", "n02");
    leader.consul.fail("n02");
    tier.elapse(GatedTier.FOR);
    assertThat(tier.waitsFor()).hasValue("n02: the node has failed");
    tier.elapse(GatedTier.WITHIN);
    assertThat(leader.result("e1").reason()).hasValue(Reason.UNHEALTHY);
  }

  @Test
  void an_agent_of_another_name_is_looked_for_where_it_is() {
    tier.nodes(1);
    leader.service("consul-7", "metronome", "metronome-app-7", null);
    tier.app("consul-7", "critical");
    tier.dispatched(GatedTier.gated(null, null));
    tier.succeeded("n00", "app-7");
    tier.elapse(GatedTier.FOR);
    assertThat(tier.waitsFor()).hasValue("app-7: check `http` critical");
    tier.http("consul-7", "passing");
    tier.advance();
    tier.elapse(GatedTier.FOR);
    assertThat(tier.hasGoneOn()).isTrue();
  }

  @Test
  void what_a_route_cannot_tell_is_not_well() {
    tier.nodes(2);
    tier.dispatched(GatedTier.gated(null, null, "1"));
    tier.succeeded("n00");
    leader.elapse(GatedTier.FOR);
    Gates gates = leader.advancer.gates();
    Step step = leader.advancer.advance(leader.read());
    GateHealth health = gates.health(step);
    assertThat(gates.judged(step, health.against("the error rate is high")).moves())
        .allMatch(Move::isOfGate);
    assertThat(tier.isOpen("n01")).isFalse();
    assertThat(health.isHealthy()).isTrue();
  }

  @Test
  void a_route_that_fails_or_answers_something_else_keeps_the_gate_shut_and_is_named() {
    tier.nodes(2);
    tier.dispatched(GatedTier.gated(null, null, "1"));
    tier.succeeded("n00");

    answered(answer -> answer.getMessage().setBody("all is well"));
    assertThat(tier.waitsFor())
        .hasValue("the route health-gate cannot tell: it answers something else");

    answered(answer -> answer.setException(new IllegalStateException("no such bean")));
    assertThat(tier.waitsFor()).hasValue("the route health-gate cannot tell: no such bean");
    assertThat(tier.isOpen("n01")).isFalse();
  }

  /** By a route, as it is joined with the step that waits for it. */
  private void answered(Consumer<Exchange> how) {
    leader.elapse(GatedTier.FOR);
    DefaultCamelContext context = new DefaultCamelContext();
    Exchange waiting = new DefaultExchange(context);
    waiting.getMessage().setBody(leader.advancer.advance(leader.read()));
    Exchange answer = new DefaultExchange(context);
    how.accept(answer);
    Exchange joined = leader.advancer.gates().aggregate(waiting, answer);
    assertThat(joined).isSameAs(waiting);
    assertThat(leader.put(joined.getMessage().getBody())).isPresent();
  }
}
