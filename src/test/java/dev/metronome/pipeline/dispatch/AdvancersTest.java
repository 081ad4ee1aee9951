package dev.metronome.pipeline.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.testing.Records;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is in progress in a slot is moved on by the one who remembers that slot. */
@Tag("consul")
class AdvancersTest {

  @AutoClose private final GatedTier tier = new GatedTier();
  private final Leader leader = tier.leader;
  private final List<String> made = new ArrayList<>();
  private final Advancers advancers =
      new Advancers(
          slot -> {
            made.add(slot);
            return leader.advancer;
          });

  private static Exchange exchange(Object body) {
    Exchange exchange = new DefaultExchange(new DefaultCamelContext());
    exchange.getMessage().setBody(body);
    return exchange;
  }

  private Step joined(AggregationStrategy how, Step step, Object answer) {
    Exchange waiting = exchange(step);
    assertThat(how.aggregate(waiting, exchange(answer))).isSameAs(waiting);
    return waiting.getMessage().getBody(Step.class);
  }

  @Test
  void it_is_made_once_and_closes_and_opens_the_tasks_of_its_slot() {
    leader.agent("a");
    leader.given(Records.plan("e1", 2).open(Records.NOON, List.of("a")));
    leader.ended("e1", 0, "a", Outcome.success());

    Step closing = advancers.advance(leader.read());
    assertThat(closing.opensTask()).isTrue();
    Candidate a = Candidate.of("a", Map.of(), Candidate.Condition.READY, true).select();
    Step opening = joined(advancers.opener(), closing, List.of(a));
    assertThat(opening.opensTask()).isFalse();
    assertThat(leader.put(opening)).isPresent();

    assertThat(leader.plan("e1").map(Plan::current)).hasValue(1);
    assertThat(leader.isAssigned("a", "e1", 1)).isTrue();
    assertThat(made).containsExactly(Keys.COMMON_LANE);
  }

  @Test
  void it_looks_at_the_health_that_its_task_waits_for() {
    tier.nodes(2);
    tier.dispatched(GatedTier.gated(null, null, "1"));
    tier.succeeded("n00");
    leader.elapse(GatedTier.FOR);

    Step waiting = advancers.advance(leader.read());
    GateHealth health = advancers.health().health(waiting, exchange(waiting));
    assertThat(health.isHealthy()).isTrue();
    Step passed = joined(advancers.health(), waiting, health);
    assertThat(leader.put(passed)).isPresent();

    assertThat(tier.isOpen("n01")).isTrue();
    assertThat(made).containsExactly(Keys.COMMON_LANE);
  }
}
