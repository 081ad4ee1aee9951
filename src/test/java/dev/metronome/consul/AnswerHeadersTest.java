package dev.metronome.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.metronome.consul.Catalog.Instance;
import dev.metronome.testing.LogLines;
import dev.metronome.testing.StubConsul;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What Consul says of an answer beside it. */
class AnswerHeadersTest {

  private static final String ONE =
      "[{\"Node\":{\"Node\":\"n\"},\"Service\":{\"ID\":\"s\",\"Service\":\"s\"},\"Checks\":[]}]";

  @AutoClose private final StubConsul stub = StubConsul.start();
  @AutoClose private final ConsulConnection connection = ConsulConnection.to(stub.settings());

  private void answer(String body, String... headers) {
    Map<String, String> all =
        headers.length == 2
            ? Map.of(headers[0], headers[1])
            : Map.of(headers[0], headers[1], headers[2], headers[3]);
    stub.behave(exchange -> StubConsul.send(exchange, 200, body, all));
  }

  private List<Instance> instances() {
    return new Catalog(connection).instances("s", Optional.empty());
  }

  @Test
  void a_server_that_knows_no_leader_says_nothing_of_what_is_there() {
    answer("[]", "X-Consul-Index", "1", "X-Consul-KnownLeader", "false");

    assertThatThrownBy(this::instances)
        .isInstanceOf(ConsulUnavailableException.class)
        .hasMessageContaining("knows no leader");
    assertThatThrownBy(() -> connection.list("k/")).isInstanceOf(ConsulUnavailableException.class);
    assertThatThrownBy(() -> connection.get("k")).isInstanceOf(ConsulUnavailableException.class);
  }

  @Test
  void a_watch_takes_the_answer_of_one_for_no_news() {
    List<Integer> sizes = new CopyOnWriteArrayList<>();
    answer(ONE, "X-Consul-Index", "50", "X-Consul-KnownLeader", "true");
    try (Watch<List<Instance>> watch =
        new Catalog(connection).watch("s", found -> sizes.add(found.size()))) {
      await().until(() -> sizes.equals(List.of(1)));

      answer("[]", "X-Consul-Index", "51", "X-Consul-KnownLeader", "false");
      int before = stub.requests();
      await().until(() -> stub.requests() > before + 2);
      assertThat(sizes).containsExactly(1);

      answer("[]", "X-Consul-Index", "52", "X-Consul-KnownLeader", "true");
      await().until(() -> sizes.equals(List.of(1, 0)));
      assertThat(watch.age()).isNotNull();
    }
  }

  /** From 1.10 on Consul answers so to who waits for a service; of a leader it says "false". */
  private static Map<String, String> streamed(String index) {
    return Map.of(
        "X-Consul-Index",
        index,
        "X-Consul-KnownLeader",
        "false",
        "X-Consul-Query-Backend",
        "streaming");
  }

  @Test
  void what_a_streamed_view_says_is_news_though_it_knows_of_no_leader() {
    List<Integer> sizes = new CopyOnWriteArrayList<>();
    answer(ONE, "X-Consul-Index", "50", "X-Consul-KnownLeader", "true");
    try (Watch<List<Instance>> watch =
        new Catalog(connection).watch("s", found -> sizes.add(found.size()))) {
      await().until(() -> sizes.contains(1));

      stub.behave(exchange -> StubConsul.send(exchange, 200, "[]", streamed("51")));
      await().until(() -> sizes.contains(0));
      assertThat(watch.trouble()).isEmpty();
    }
  }

  @Test
  void a_streamed_view_that_is_reset_or_behind_is_no_news_and_costs_few_requests() {
    List<Integer> sizes = new CopyOnWriteArrayList<>();
    for (String behind : List.of("1", "45")) {
      sizes.clear();
      int before = stub.requests();
      stub.behave(
          exchange -> {
            String query = String.valueOf(exchange.getRequestURI().getQuery());
            if (query.contains("index=")) {
              StubConsul.send(exchange, 200, "[]", streamed(behind));
            } else {
              StubConsul.send(exchange, 200, ONE, Map.of("X-Consul-Index", "50"));
            }
          });
      try (Watch<List<Instance>> watch =
          new Catalog(connection).watch("s", found -> sizes.add(found.size()))) {
        await().pollDelay(Duration.ofSeconds(1)).until(() -> stub.requests() > before + 4);
        assertThat(sizes).as(behind).isNotEmpty().containsOnly(1);
        assertThat(stub.requests() - before).as(behind).isLessThan(40);
        assertThat(watch.trouble()).isEmpty();
      }
    }
  }

  @Test
  void an_empty_answer_with_index_1_is_no_news_until_it_is_said_to_a_question_from_the_start() {
    List<Integer> sizes = new CopyOnWriteArrayList<>();
    stub.behave(
        exchange -> {
          String query = String.valueOf(exchange.getRequestURI().getQuery());
          boolean waits = query.contains("index=");
          StubConsul.send(
              exchange, 200, waits ? "[]" : ONE, Map.of("X-Consul-Index", waits ? "1" : "50"));
        });
    try (Watch<List<Instance>> watch =
        new Catalog(connection).watch("s", found -> sizes.add(found.size()))) {
      await().until(() -> stub.requests() > 4);
      assertThat(sizes).isNotEmpty().containsOnly(1);

      answer("[]", "X-Consul-Index", "1");
      await().until(() -> sizes.contains(0));
      assertThat(watch.age()).isNotNull();
    }
  }

  @Test
  void what_was_left_out_for_want_of_a_right_is_said_once_for_each_thing_asked() {
    try (LogLines log = LogLines.of(Requests.class)) {
      answer("[]", "X-Consul-Index", "7", "X-Consul-Results-Filtered-By-ACLs", "true");
      instances();
      instances();
      connection.list("k/");
      assertThat(log.with("right=missing")).hasSize(2);
      assertThat(log.lines().get(0)).startsWith("WARNING").contains("read service s", "policy");

      answer(ONE, "X-Consul-Index", "7");
      instances();
      answer("[]", "X-Consul-Index", "7", "X-Consul-Results-Filtered-By-ACLs", "true");
      instances();
      assertThat(log.with("read service s")).hasSize(2);
    }
  }

  @Test
  void an_index_that_is_no_number_is_not_consuls() {
    answer("[]", "X-Consul-Index", "x");

    assertThatThrownBy(() -> connection.list("k/"))
        .isInstanceOf(ConsulUnavailableException.class)
        .hasMessageContaining("not Consul's");
  }
}
