package dev.metronome.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.consul.UserEvent;
import dev.metronome.model.record.Event;
import dev.metronome.model.signature.SigningKeys;
import dev.metronome.pipeline.intake.Authenticity;
import dev.metronome.pipeline.intake.Events;
import dev.metronome.testing.Records;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.main.MainConfigurationProperties;
import org.apache.camel.spi.Registry;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.apache.camel.test.main.junit5.CamelMainTestSupport;
import org.junit.jupiter.api.Test;

/** Routes by themselves: what stands around them is a mock, what they name is the real thing. */
class AdvisedRoutesTest extends CamelMainTestSupport {

  @Override
  @SuppressWarnings("deprecation") // its successor is a setting of the same name, made in a hook
  public boolean isUseAdviceWith() {
    return true;
  }

  @Override
  protected void configure(MainConfigurationProperties configuration) {
    configuration.withRoutesIncludePattern(
        "file:routes/submit.camel.yaml,file:routes/intake.camel.yaml");
  }

  @Override
  protected void bindToRegistry(Registry registry) {
    Clock clock = Clock.fixed(Records.NOON, ZoneOffset.UTC);
    Authenticity authenticity = new Authenticity(SigningKeys.none(), Optional.of("secret"), clock);
    registry.bind("events", new Events(clock, authenticity, "agent@test"));
    registry.bind("offered", MemoryIdempotentRepository.memoryIdempotentRepository(10));
  }

  private MockEndpoint advised() throws Exception {
    AdviceWith.adviceWith(
        context, "submit", route -> route.weaveById("submit-enqueue").replace().to("mock:queue"));
    AdviceWith.adviceWith(
        context,
        "intake",
        route -> {
          route.replaceFromWith("direct:user-events");
          route.weaveById("intake-enqueue").replace().to("mock:queue");
        });
    context.start();
    return getMockEndpoint("mock:queue");
  }

  private static UserEvent userEvent(String id, String payload) {
    return new UserEvent(
        id, "deploy", Optional.of(payload), Optional.empty(), Optional.empty(), Optional.empty());
  }

  @Test
  void what_is_submitted_reaches_the_queue_as_an_event() throws Exception {
    MockEndpoint queue = advised();
    queue.expectedMessageCount(2);

    template.sendBodyAndHeader("direct:submit", "deploy", "CamelFileName", "../../etc/passwd");
    template.sendBody("direct:submit", Map.of("Name", "sweep", "Params", Map.of("level", 3)));

    queue.assertIsSatisfied();
    Event first = queue.getExchanges().get(0).getMessage().getBody(Event.class);
    assertThat(first.name()).isEqualTo("deploy");
    assertThat(first.by()).contains("agent@test");
    assertThat(queue.getExchanges().get(0).getMessage().getHeaders())
        .doesNotContainKey("CamelFileName");
    assertThat(queue.getExchanges().get(1).getMessage().getBody(Event.class).params())
        .containsEntry("level", "3");
  }

  @Test
  void intake_takes_authentic_events_and_each_once() throws Exception {
    MockEndpoint queue = advised();
    queue.expectedMessageCount(1);

    template.sendBodyAndHeader(
        "direct:user-events", userEvent("e0", "guess"), "MetronomeEventId", "e0");
    template.sendBodyAndHeader(
        "direct:user-events", userEvent("e1", "secret"), "MetronomeEventId", "e1");
    template.sendBodyAndHeader(
        "direct:user-events", userEvent("e1", "secret"), "MetronomeEventId", "e1");

    queue.assertIsSatisfied();
    assertThat(queue.getExchanges().get(0).getMessage().getBody(Event.class).id()).isEqualTo("e1");
  }
}
