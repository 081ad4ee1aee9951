package dev.metronome.consul.rights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.ConsulDeniedException;
import dev.metronome.consul.ConsulUnavailableException;
import dev.metronome.testing.LogLines;
import dev.metronome.testing.StubConsul;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Consul may answer when it is asked for rights. {@code RightsIT} asks a real one. */
class RightsCheckTest {

  private final StubConsul stub = StubConsul.start();
  private final ConsulConnection connection = ConsulConnection.to(stub.settings());
  private final RightsCheck check =
      new RightsCheck(connection, "metronome/", "n1", "metronome", () -> Set.of("web"));

  @AfterEach
  void close() {
    connection.close();
    stub.close();
  }

  private static String answer(String resource, String access, String segment) {
    return "[{\"Resource\":\"%s\",\"Access\":\"%s\",\"Segment\":\"%s\",\"Allow\":false}]"
        .formatted(resource, access, segment);
  }

  @Test
  void a_service_that_a_task_file_names_must_be_readable() {
    stub.answer(200, answer("service", "read", "web"));
    assertThatThrownBy(check::demand)
        .isInstanceOf(MissingRightsException.class)
        .hasMessageEndingWith("add to its policy: service_prefix \"\" { policy = \"read\" }");
    assertThat(stub.requests()).isEqualTo(1);
  }

  @Test
  void others_need_not_be() {
    stub.answer(200, answer("service", "read", ""));
    try (LogLines log = LogLines.of(RightsCheck.class)) {
      assertThatCode(check::demand).doesNotThrowAnyException();
      assertThat(log.with("WARNING right=missing service_prefix")).hasSize(1);
    }
  }

  @Test
  void a_consul_without_acls_asks_for_nothing() {
    stub.answer(401, "ACL support disabled");
    assertThatCode(check::demand).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 405, 400})
  void a_consul_that_does_not_say_is_taken_as_it_is(int status) {
    stub.answer(status, "no such endpoint");
    assertThatCode(check::demand).doesNotThrowAnyException();
  }

  @Test
  void what_is_no_answer_of_consul_is_taken_as_none() {
    stub.answer(200, "<html>welcome</html>");
    assertThatCode(check::demand).doesNotThrowAnyException();
  }

  @Test
  void an_unknown_token_and_an_outage_are_told_apart() {
    stub.answer(403, "ACL not found");
    assertThatThrownBy(check::demand)
        .isInstanceOf(ConsulDeniedException.class)
        .hasMessageContaining("the token is unknown or was revoked");
    stub.answer(500, "No cluster leader");
    assertThatThrownBy(check::demand).isInstanceOf(ConsulUnavailableException.class);
    stub.breakOff();
    assertThatThrownBy(check::demand).isInstanceOf(ConsulUnavailableException.class);
  }

  @Test
  void a_watch_says_once_what_goes_and_what_comes_back() {
    stub.answer(200, "[]");
    try (LogLines log = LogLines.of(RightsCheck.class);
        RightsWatch watch = new RightsWatch(check, Duration.ofMillis(20), connection.loops())) {
      watch.start();
      await().until(() -> stub.requests() > 3);
      assertThat(log.lines()).isEmpty();
      stub.answer(200, answer("key", "list", "metronome/"));
      await().until(() -> !log.lines().isEmpty());
      int asked = stub.requests();
      await().until(() -> stub.requests() > asked + 3);
      assertThat(log.with("SEVERE right=missing key_prefix \"metronome/\"")).hasSize(1);
      stub.answer(200, "[]");
      await().until(() -> log.with("right=granted key_prefix").size() == 1);
      assertThat(log.lines()).hasSize(2);
    }
  }
}
