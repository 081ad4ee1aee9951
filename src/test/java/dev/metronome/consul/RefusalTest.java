package dev.metronome.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metronome.testing.StubConsul;
import dev.metronome.testing.Unhurried;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that are not what was asked for: each is classified, none is taken for "nothing". */
class RefusalTest {

  private final StubConsul stub = StubConsul.start();
  private ConsulConnection connection;

  @BeforeEach
  void connect() {
    connection = ConsulConnection.to(stub.settings(), Unhurried.PATIENCE);
  }

  @AfterEach
  void close() {
    connection.close();
    stub.close();
  }

  private Commit commit() {
    return connection.commit(
        new Transaction().set("k", "v".getBytes(StandardCharsets.UTF_8)).delete("x"));
  }

  private void everythingThrows(Class<? extends RuntimeException> type) {
    List<Runnable> requests =
        List.of(
            this::commit,
            () -> connection.get("k"),
            () -> connection.list("k/"),
            () -> new Catalog(connection).localNode(),
            () -> new Catalog(connection).instances("s", java.util.Optional.empty()),
            () -> new Sessions(connection).renew("s"));
    for (Runnable request : requests) {
      assertThatThrownBy(request::run).isInstanceOf(type).hasMessageContaining(connection.url());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "500,rpc error making call: No cluster leader",
    "500,''",
    "502,<html><h1>Bad gateway</h1></html>",
    "503,''",
    "429,Your client is sending too many requests",
    "301,''"
  })
  void an_error_of_the_server_means_try_again(int status, String body) {
    stub.answer(status, body);

    everythingThrows(ConsulUnavailableException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "403,Permission denied",
    "403,ACL not found",
    "403,''",
    "401,''",
    "500,rpc error making call: Permission denied"
  })
  void a_missing_right_is_denied(int status, String body) {
    stub.answer(status, body);

    everythingThrows(ConsulDeniedException.class);
  }

  @Test
  void a_conflict_is_refused_with_its_place_and_reason() {
    stub.answer(
        409,
        "{\"Results\":null,\"Errors\":[{\"OpIndex\":1,\"What\":\"failed to check key \\\"x\\\"\"}]}");

    assertThat(commit()).isEqualTo(new Commit.Refused(1, "failed to check key \"x\""));
  }

  @Test
  void every_operation_that_failed_is_named() {
    stub.answer(
        409,
        "{\"Errors\":[{\"OpIndex\":0,\"What\":\"key \\\"k\\\" exists\"},"
            + "{\"OpIndex\":1,\"What\":\"key \\\"x\\\" exists\"}]}");

    assertThat(commit()).isEqualTo(new Commit.Refused(0, "key \"k\" exists", List.of(0, 1)));
  }

  @Test
  void a_missing_right_behind_another_failure_is_denied() {
    stub.answer(
        409,
        "{\"Errors\":[{\"OpIndex\":0,\"What\":\"key \\\"k\\\" exists\"},"
            + "{\"OpIndex\":1,\"What\":\"Permission denied\"}]}");

    assertThatThrownBy(this::commit).isInstanceOf(ConsulDeniedException.class);
  }

  @Test
  void a_conflict_that_means_a_missing_right_is_denied() {
    stub.answer(
        409, "{\"Results\":null,\"Errors\":[{\"OpIndex\":0,\"What\":\"Permission denied\"}]}");

    assertThatThrownBy(this::commit)
        .isInstanceOf(ConsulDeniedException.class)
        .hasMessageContaining("Permission denied");
  }

  @Test
  void a_key_that_speaks_of_permission_is_no_missing_right() {
    stub.answer(
        409,
        "{\"Results\":null,\"Errors\":[{\"OpIndex\":0,"
            + "\"What\":\"key \\\"q/permission denied\\\" exists\"}]}");

    assertThat(commit()).isInstanceOf(Commit.Refused.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "<html>conflict</html>", "{}", "{\"Errors\":[]}", "{\"Errors\":[{}]}"})
  void a_conflict_that_is_not_consuls_is_no_refusal(String body) {
    stub.answer(409, body);

    assertThatThrownBy(this::commit).isInstanceOf(ConsulUnavailableException.class);
  }

  @Test
  void a_transaction_that_is_too_large_is_rejected() {
    stub.answer(413, "Transaction contains too many operations (65 > 64)");

    assertThatThrownBy(this::commit)
        .isInstanceOf(ConsulRejectedException.class)
        .hasMessageContaining("too many operations");
  }

  @ParameterizedTest
  @ValueSource(strings = {"<html>login</html>", "{", "[1", "\"x\"", "17"})
  void what_is_not_consuls_json_is_never_taken_for_nothing(String body) {
    stub.answer(200, body, 7);

    everythingThrows(ConsulUnavailableException.class);
  }

  @Test
  void not_found_by_something_that_is_not_consul_is_never_taken_for_nothing() {
    stub.answer(404, "<html>404</html>");

    assertThatThrownBy(() -> connection.get("k")).isInstanceOf(ConsulUnavailableException.class);
    assertThatThrownBy(() -> connection.list("k/")).isInstanceOf(ConsulUnavailableException.class);
  }

  @Test
  void not_found_by_consul_is_nothing() {
    stub.answer(404, "", 12);

    assertThat(connection.get("k")).isEmpty();
    assertThat(connection.list("k/")).isEqualTo(new Snapshot<>(List.of(), 12));
  }

  @Test
  void an_answer_that_breaks_off_is_lost() {
    stub.breakOff();

    everythingThrows(ConsulUnavailableException.class);
  }

  @Test
  void an_answer_that_never_comes_is_lost_when_its_time_is_up() {
    stub.hang();
    connection.close();
    connection = ConsulConnection.to(stub.settings(), Duration.ofMillis(500));

    everythingThrows(ConsulUnavailableException.class);
  }

  @Test
  void a_port_where_nobody_listens_is_unavailable() throws IOException {
    try (Socket held = new Socket()) { // bound, so that nobody else can come to listen there
      held.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      connection.close();
      connection = ConsulConnection.to(ConsulSettings.plain("127.0.0.1", held.getLocalPort()));

      everythingThrows(ConsulUnavailableException.class);
    }
  }

  @Test
  void a_session_that_consul_does_not_know_is_gone() {
    stub.answer(404, "Session id 'x' not found");

    assertThat(new Sessions(connection).renew("x")).isFalse();
  }

  @Test
  void a_message_is_one_short_line() {
    stub.answer(500, "x".repeat(100_000) + "\nsecond line");

    assertThatThrownBy(this::commit)
        .satisfies(
            e -> assertThat(e.getMessage()).hasSizeLessThan(500).doesNotContain("second line"));
  }
}
