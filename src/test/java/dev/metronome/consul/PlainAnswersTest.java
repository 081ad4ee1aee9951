package dev.metronome.consul;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.testing.StubConsul;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Compression costs Consul and this process more time than it saves on the way from next door. */
class PlainAnswersTest {

  @Test
  void consul_is_asked_not_to_compress_its_answers() {
    AtomicReference<String> asked = new AtomicReference<>();
    try (StubConsul stub = StubConsul.start()) {
      stub.behave(
          exchange -> {
            asked.set(exchange.getRequestHeaders().getFirst("Accept-Encoding"));
            byte[] none = {'[', ']'};
            exchange.sendResponseHeaders(200, none.length);
            exchange.getResponseBody().write(none);
            exchange.close();
          });
      try (ConsulConnection connection = ConsulConnection.to(stub.settings())) {
        new Catalog(connection).instances("service", Optional.empty());
      }
    }

    assertThat(asked.get()).isEqualTo("identity");
  }
}
