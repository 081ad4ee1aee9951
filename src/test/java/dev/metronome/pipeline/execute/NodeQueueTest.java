package dev.metronome.pipeline.execute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Status;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

/** What becomes of a task that is acknowledged. */
class NodeQueueTest {

  private final Exchange exchange = new DefaultExchange(new DefaultCamelContext());

  @Test
  void what_was_run_to_its_end_is_a_success() {
    assertThat(NodeQueue.outcome(exchange)).isEqualTo(Outcome.success());
  }

  @Test
  void what_was_claimed_by_a_delivery_that_broke_off_is_none() {
    exchange.setProperty(ExchangePropertyKey.DUPLICATE_MESSAGE, true);
    Outcome outcome = NodeQueue.outcome(exchange);
    assertThat(outcome.status()).isEqualTo(Status.ERROR);
    assertThat(outcome.reason()).contains(Reason.INTERRUPTED);
    assertThat(outcome.message().orElseThrow()).contains("is not known");
  }

  @Test
  void an_error_that_kept_it_from_being_run_is_told() {
    exchange.setException(new OutOfMemoryError("unable to create native thread"));
    assertThat(NodeQueue.outcome(exchange))
        .isEqualTo(Outcome.error(Reason.FAILED, "unable to create native thread"));
  }
}
