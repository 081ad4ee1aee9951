package dev.metronome.consul;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import dev.metronome.testing.LogLines;
import dev.metronome.testing.StubConsul;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A token whose file holds another one by now, and Consul knows the old one no more. */
class RotatedTokenTest {

  private static final String DENIED_TRANSACTION =
      "{\"Results\":null,\"Errors\":[{\"OpIndex\":0,\"What\":\"Permission denied\"}]}";

  private static final String SESSION =
      "[{\"ID\":\"s\",\"Node\":\"n\",\"Behavior\":\"release\",\"LockDelay\":0,\"CreateIndex\":1}]";

  private final StubConsul stub = StubConsul.start();
  private final AtomicReference<String> file = new AtomicReference<>("old");
  private final AtomicInteger readings = new AtomicInteger();
  private final ConsulConnection connection = ConsulConnection.to(this::settings);

  @AfterEach
  void close() {
    connection.close();
    stub.close();
  }

  private ConsulSettings settings() {
    readings.incrementAndGet();
    if (file.get().isEmpty()) {
      throw new IllegalStateException("/run/token must hold a token and nothing else");
    }
    ConsulSettings plain = stub.settings();
    return new ConsulSettings(
        false,
        plain.host(),
        plain.port(),
        Optional.of(file.get()),
        true,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** Takes the new token only. */
  private void rotate(int status, String refusal) {
    stub.behave(
        exchange -> {
          if ("new".equals(exchange.getRequestHeaders().getFirst("X-Consul-Token"))) {
            answer(exchange);
          } else {
            StubConsul.send(exchange, status, refusal, Map.of());
          }
        });
    file.set("new");
  }

  private static void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String body =
        path.equals("/v1/txn")
            ? "{\"Results\":[],\"Errors\":null}"
            : path.contains("/session/") ? SESSION : "[]";
    StubConsul.send(exchange, 200, body, Map.of("X-Consul-Index", "7"));
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        Arguments.of(403, "ACL not found"),
        Arguments.of(403, "Permission denied"),
        Arguments.of(401, ""),
        Arguments.of(409, DENIED_TRANSACTION),
        Arguments.of(500, "rpc error making call: Permission denied"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void is_read_again_when_it_is_refused_and_the_request_succeeds(int status, String refusal) {
    List<Runnable> requests =
        List.of(
            () -> connection.commit(new Transaction().set("k", "v".getBytes(UTF_8))),
            () -> connection.list("k/"),
            () -> new Catalog(connection).instances("s", Optional.empty()),
            () -> new Sessions(connection).renew("s"),
            () -> new Rights(connection).denied(List.of()),
            () -> connection.endpoints().consul().keyValueClient().getValues("k/"));
    for (Runnable request : requests) {
      file.set("old");
      connection.renew();
      rotate(status, refusal);
      readings.set(0);

      assertThatCode(request::run).doesNotThrowAnyException();
      assertThat(readings).as("readings of the file").hasValue(1);
      assertThat(connection.token()).contains("new");
    }
  }

  @Test
  void is_read_again_by_a_watch_which_does_not_even_say_so() {
    rotate(403, "ACL not found");
    CompletableFuture<Long> seen = new CompletableFuture<>();
    try (LogLines log = LogLines.of(Watch.class);
        var watch = connection.watch("k/", snapshot -> seen.complete(snapshot.index()))) {
      await().atMost(java.time.Duration.ofMinutes(1)).until(seen::isDone);
      assertThat(watch.age()).isNotNull();
      assertThat(log.lines()).isEmpty();
    }
  }

  @Test
  void without_another_one_the_refusal_stands_and_nothing_is_asked_twice() {
    stub.answer(403, "Permission denied");

    assertThatThrownBy(() -> connection.list("k/")).isInstanceOf(ConsulDeniedException.class);
    assertThat(stub.requests()).isEqualTo(1);
  }

  @Test
  void a_conflict_that_only_names_a_key_like_that_is_none() {
    stub.answer(
        409,
        "{\"Errors\":[{\"OpIndex\":0,\"What\":\"failed to check key \\\"Permission"
            + " denied\\\"\"}]}");
    readings.set(0);

    Commit commit = connection.commit(new Transaction().checkNotExists("Permission denied"));

    assertThat(commit.isDone()).isFalse();
    assertThat(readings).hasValue(0);
    assertThat(stub.requests()).isEqualTo(1);
  }

  @Test
  void one_that_is_being_written_leaves_the_old_one_in_force_and_is_said_once() {
    rotate(403, "ACL not found");
    file.set("");
    try (LogLines log = LogLines.of(Credentials.class)) {
      assertThatThrownBy(() -> connection.list("k/")).isInstanceOf(ConsulDeniedException.class);
      assertThatThrownBy(() -> connection.list("k/")).isInstanceOf(ConsulDeniedException.class);
      assertThat(connection.token()).contains("old");
      assertThat(log.lines()).singleElement().asString().contains("state=broken", "/run/token");

      file.set("new");
      assertThatCode(() -> connection.list("k/")).doesNotThrowAnyException();
      assertThat(log.with("state=reloaded")).hasSize(1);
    }
  }

  @Test
  void a_consul_that_breaks_off_is_still_out_of_reach_and_not_a_fault_of_ours() {
    stub.breakOff();

    assertThatThrownBy(() -> connection.list("k/")).isInstanceOf(ConsulUnavailableException.class);
  }
}
