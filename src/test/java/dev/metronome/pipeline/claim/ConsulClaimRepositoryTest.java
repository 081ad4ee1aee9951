package dev.metronome.pipeline.claim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metronome.model.record.Assignment;
import dev.metronome.testing.Records;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Contract of an IdempotentRepository, as the idempotent consumer uses it. */
@Tag("consul")
class ConsulClaimRepositoryTest {

  @AutoClose private final Node node = new Node();
  private final DefaultCamelContext context = new DefaultCamelContext();
  private boolean clear = true;
  private final ConsulClaimRepository repository =
      new ConsulClaimRepository(node.process("a/1"), () -> clear);

  @AfterEach
  void close() {
    context.stop();
  }

  private Exchange exchange(Assignment assignment) {
    long index = node.assign(assignment);
    Exchange exchange = new DefaultExchange(context);
    exchange.getMessage().setBody(assignment);
    exchange.getMessage().setHeader(ConsulClaimRepository.INDEX, index);
    return exchange;
  }

  @Test
  void adding_makes_the_claim_once() {
    Exchange exchange = exchange(Records.assignment("e1", 0));
    assertThat(repository.contains("e1.0")).isFalse();

    assertThat(repository.add(exchange, "e1.0")).isTrue();
    assertThat(repository.add(exchange, "e1.0")).isFalse();

    assertThat(repository.contains("e1.0")).isTrue();
    assertThat(repository.confirm("e1.0")).isTrue();
  }

  @Test
  void a_claim_is_never_taken_back() {
    repository.add(exchange(Records.assignment("e1", 0)), "e1.0");

    assertThat(repository.remove("e1.0")).isFalse();
    repository.clear();

    assertThat(repository.contains("e1.0")).isTrue();
    assertThat(
            node.operator.get(Records.claim(node.keys, 1, "e1", 0, "a")).orElseThrow().isLocked())
        .isTrue();
  }

  @Test
  void only_an_assignment_can_be_claimed_and_by_its_own_name() {
    Exchange exchange = exchange(Records.assignment("e1", 0));

    assertThatThrownBy(() -> repository.add(exchange, "e1.1"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> repository.add("e1.0")).isInstanceOf(IllegalArgumentException.class);
    exchange.getMessage().setBody("text");
    assertThatThrownBy(() -> repository.add(exchange, "e1.0"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
