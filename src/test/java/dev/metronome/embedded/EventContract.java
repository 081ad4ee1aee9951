package dev.metronome.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What the project relies on in /v1/event. */
interface EventContract extends ConsulUnderTest {

  private static void awaitHeard(ConsulHttp agent, String name) {
    Awaitility.await()
        .atMost(BlockingContract.SOON)
        .until(() -> agent.get("/v1/event/list?name=" + name).json().size() > 0);
  }

  private static String name() {
    return ConsulUnderTest.unique().substring(0, 13);
  }

  @Test
  default void an_event_reaches_every_agent() {
    String name = name();
    var fired = consul().put("/v1/event/fire/" + name, "payload").json();
    assertThat(fired.path("LTime").asLong()).isZero();
    for (String node : List.of(ALPHA, BETA)) {
      awaitHeard(agent(node), name);
      var heard = agent(node).get("/v1/event/list?name=" + name);
      assertThat(heard.first("ID")).isEqualTo(fired.path("ID"));
      assertThat(heard.first("Name").asText()).isEqualTo(name);
      assertThat(heard.first("Payload").asText()).isEqualTo("cGF5bG9hZA==");
      assertThat(heard.first("NodeFilter").asText()).isEmpty();
      assertThat(heard.first("ServiceFilter").asText()).isEmpty();
      assertThat(heard.first("TagFilter").asText()).isEmpty();
      assertThat(heard.first("Version").asInt()).isEqualTo(1);
      assertThat(heard.first("LTime").asLong()).isPositive();
      assertThat(agent(node).get("/v1/event/list").json().findValuesAsText("Name")).contains(name);
    }
  }

  @Test
  default void an_event_without_payload_has_null() {
    String name = name();
    consul().put("/v1/event/fire/" + name);
    awaitHeard(consul(), name);
    assertThat(consul().get("/v1/event/list?name=" + name).first("Payload").isNull()).isTrue();
  }

  @Test
  default void the_index_is_a_hash_of_the_last_event_and_1_without_any() {
    String name = name();
    assertThat(consul().get("/v1/event/list?name=" + name).index()).isEqualTo(1);
    consul().put("/v1/event/fire/" + name);
    awaitHeard(consul(), name);
    var heard = consul().get("/v1/event/list?name=" + name);
    UUID id = UUID.fromString(heard.first("ID").asText());
    assertThat(heard.index()).isEqualTo(id.getMostSignificantBits() ^ id.getLeastSignificantBits());
  }

  @Test
  default void a_watch_waits_on_the_very_index_and_returns_at_once_on_any_other() {
    String name = name();
    consul().put("/v1/event/fire/" + name);
    awaitHeard(consul(), name);
    String path = "/v1/event/list?name=" + name;
    long index = consul().get(path).index();
    BlockingContract.assertWoken(consul().watch(path, index + 1, "9m"));
    BlockingContract.assertWoken(consul().watch(path, index - 1, "9m"));
    var watch = consul().watch(path, index, "9m");
    BlockingContract.assertStillWaiting(watch);
    agent(BETA).put("/v1/event/fire/" + name);
    assertThat(BlockingContract.assertWoken(watch).json()).hasSize(2);
  }

  @Test
  default void a_filter_keeps_an_event_from_the_other_nodes() {
    String name = name();
    String last = name();
    consul().put("/v1/event/fire/" + name + "?node=" + BETA);
    consul().put("/v1/event/fire/" + name + "?service=nothing");
    consul().put("/v1/event/fire/" + last);
    awaitHeard(agent(BETA), name);
    awaitHeard(consul(), last);
    assertThat(consul().get("/v1/event/list?name=" + name).json()).isEmpty();
    assertThat(agent(BETA).get("/v1/event/list?name=" + name).json()).hasSize(1);
  }

  @Test
  default void about_400_bytes_of_payload_fit_and_100_from_1_22_on() {
    int limit = profile().eventBody();
    if (limit < 400) {
      assertThat(consul().put("/v1/event/fire/abc", "x".repeat(limit)).status()).isEqualTo(200);
      assertRefused(consul().put("/v1/event/fire/abc", "x".repeat(limit + 1)), 413, "");
      return;
    }
    assertThat(consul().put("/v1/event/fire/abc", "x".repeat(400)).status()).isEqualTo(200);
    assertThat(consul().put("/v1/event/fire/abcdefghij", "x".repeat(380)).status()).isEqualTo(200);
    assertTooLarge("encoded user event exceeds configured limit of 512 bytes", "abc", 420);
    assertTooLarge("encoded user event exceeds configured limit of 512 bytes", "abcdefghij", 400);
    assertTooLarge("user event exceeds configured limit of 512 bytes before", "abc", 450);
  }

  private void assertTooLarge(String text, String name, int payload) {
    var refused = consul().put("/v1/event/fire/" + name, "x".repeat(payload));
    assertRefused(refused, 500, text);
  }

  @Test
  default void what_is_no_event_is_refused() {
    assertRefused(consul().put("/v1/event/fire/"), 400, "Missing name");
    assertRefused(
        consul().put("/v1/event/fire/x?tag=t"),
        500,
        "Cannot provide tag filter without service filter");
    assertRefused(
        consul().put("/v1/event/fire/x?node=("), 500, "Invalid node filter: error parsing regexp");
  }

  @Test
  default void an_agent_remembers_256_events() {
    String last = name();
    for (int i = 0; i < 300; i++) {
      consul().put("/v1/event/fire/many");
    }
    consul().put("/v1/event/fire/" + last);
    awaitHeard(consul(), last);
    Awaitility.await()
        .atMost(BlockingContract.SOON)
        .untilAsserted(() -> assertThat(consul().get("/v1/event/list").json()).hasSize(256));
  }
}
