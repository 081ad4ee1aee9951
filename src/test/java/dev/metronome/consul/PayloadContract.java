package dev.metronome.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.testing.Unhurried;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A user event's payload arrives as it was sent, whatever it looks like. */
interface PayloadContract {

  List<String> TOKENS =
      List.of(
          "secret",
          "0123456789abcdef0123456789abcdef",
          "dG9rZW4=",
          "YQ==",
          "9f1d-0c1e",
          "==",
          "abcd");

  ConsulConnection connection();

  @SuppressWarnings("try") // the watch only has to live meanwhile
  @Test
  default void a_payload_is_decoded_once() {
    UserEvents events = new UserEvents(connection());
    Map<String, String> heard = new ConcurrentHashMap<>();
    try (Watch<List<UserEvent>> watch =
        events.watch(
            ring ->
                ring.forEach(event -> heard.put(event.name(), event.payload().orElse("none"))))) {
      for (int i = 0; i < TOKENS.size(); i++) {
        events.fire("token-" + i, TOKENS.get(i));
      }
      await()
          .atMost(Unhurried.PATIENCE)
          .untilAsserted(() -> assertThat(heard).hasSameSizeAs(TOKENS));
    }
    assertThat(heard)
        .isEqualTo(
            TOKENS.stream()
                .collect(
                    Collectors.toMap(
                        token -> "token-" + TOKENS.indexOf(token), Function.identity())));
  }
}
