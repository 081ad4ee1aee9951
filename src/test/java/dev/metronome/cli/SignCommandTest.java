package dev.metronome.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.metronome.model.record.Json;
import dev.metronome.model.signature.SigningKeys;
import dev.metronome.model.signature.Statement;
import dev.metronome.pipeline.intake.Admission;
import dev.metronome.pipeline.intake.Authenticity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Payloads for whoever fires an event, without Consul. */
class SignCommandTest {
  @TempDir Path folder;
  private final String key = SigningKeys.newKey("k1");

  private Shell shell() {
    return Shell.in(folder).environment("METRONOME_SIGNING_KEY", key);
  }

  private void assertAuthentic(Statement statement, String payload) {
    Authenticity agent =
        new Authenticity(SigningKeys.parse(key), Optional.empty(), Clock.systemUTC());
    assertThat(agent.judge(statement, Optional.of(payload)))
        .isInstanceOf(Admission.Authentic.class);
  }

  @Test
  void a_payload_is_the_only_thing_that_is_printed() {
    Shell shell = shell();

    assertThat(shell.run("sign", "deploy")).isZero();

    assertThat(shell.out()).hasLineCount(1).hasSizeLessThan(101);
    assertThat(shell.err()).isEmpty();
    assertAuthentic(Statement.of("deploy", Map.of()), shell.out().strip());
  }

  @Test
  void filters_and_parameters_are_what_is_signed() {
    Shell shell = shell();
    Optional<String> none = Optional.empty();

    assertThat(shell.run("sign", "deploy", "--for-service", "web", "--for-tag=blue")).isZero();
    assertAuthentic(
        new Statement("deploy", none, Optional.of("web"), Optional.of("blue"), Map.of()),
        shell.out().strip());
    assertThat(shell.run("sign", "deploy", "-for-node", "web.*")).isZero();
    assertAuthentic(
        new Statement("deploy", Optional.of("web.*"), none, none, Map.of()), shell.out().strip());
    assertThat(shell.run("sign", "deploy", "--param", "version=1.4", "--param=a=b=c")).isZero();
    assertAuthentic(
        Statement.of("deploy", Map.of("version", "1.4", "a", "b=c")), shell.out().strip());
  }

  @Test
  void a_person_is_told_which_id_the_event_will_have() {
    Shell shell = shell().watched();

    assertThat(shell.run("sign", "deploy")).isZero();

    assertThat(shell.err()).contains("whose ID is " + shell.out().split("\\.", -1)[3]);
  }

  @Test
  void as_json_it_says_until_when_it_is_valid() throws Exception {
    Shell shell = shell();

    assertThat(shell.run("sign", "deploy", "--json")).isZero();

    JsonNode said = Json.mapper().readTree(shell.out());
    assertAuthentic(Statement.of("deploy", Map.of()), said.path("Payload").asText());
    assertThat(said.path("Payload").asText()).contains("." + said.path("ID").asText() + ".");
    assertThat(said.path("Key").asText()).isEqualTo("k1");
    assertThat(said.path("ValidUntil").asText()).matches("\\d{4}-\\d\\d-\\d\\dT.*Z");
  }

  @Test
  void a_new_key_signs_what_agents_with_its_file_accept() throws Exception {
    Shell shell = Shell.in(folder);
    assertThat(shell.run("sign", "--new-key")).isZero();
    assertThat(shell.out()).hasLineCount(1).matches("k\\d{6}:[A-Za-z0-9+/]{43}=\\n");
    Files.writeString(folder.resolve("keys"), shell.out());

    assertThat(shell.run("sign", "deploy", "--signing-key-file", "keys")).isZero();

    assertThat(shell.out()).startsWith("v1.k");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sign                                         | takes the name of an event, or --new-key",
        "sign deploy --new-key                        | takes the name of an event, or --new-key",
        "sign a/b                                     | an event's name must have",
        "sign deploy --for-tag blue                   | --for-tag needs --for-service",
        "sign deploy --param novalue                  | --param: expected key=value",
        "sign deploy --for-node x --param a=1         | no event has both",
        "sign deploy --signing-key k1:x               | has a secret that is no base64",
        "sign deploy --signing-key-file missing       | cannot be read",
        "sign deploy --signing-key-file missing       | metronome sign --new-key makes a key",
      })
  void what_cannot_be_signed_is_refused(String line, String sentence) {
    Shell shell = shell();

    assertThat(shell.run(line.split(" ", -1))).isEqualTo(2);

    assertThat(shell.out()).isEmpty();
    assertThat(shell.err()).contains(sentence);
  }

  @Test
  void without_a_key_it_says_how_to_have_one() {
    Shell shell = Shell.in(folder);

    assertThat(shell.run("sign", "deploy")).isEqualTo(2);

    assertThat(shell.err()).contains("--signing-key-file", "metronome sign --new-key");
  }
}
