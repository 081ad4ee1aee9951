package dev.metronome.model.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * That records are read and written byte for byte as agents of other versions do: each file of
 * {@code src/test/resources/records} is as it stood in Consul, one record a line, first with every
 * field and then with those only that are always there.
 */
class RecordBytesTest {
  private static final Map<String, Class<?>> RECORDS =
      Map.of(
          "event", Event.class,
          "plan", Plan.class,
          "assignment", Assignment.class,
          "claim", Claim.class,
          "event-result", EventResult.class,
          "task-result", TaskResult.class,
          "node-result", NodeResult.class);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "event",
        "plan",
        "assignment",
        "claim",
        "event-result",
        "task-result",
        "node-result"
      })
  void a_record_is_written_as_it_was_read(String name) throws IOException {
    Path file = Path.of("src/test/resources/records", name + ".jsonl");
    for (String line : Files.readAllLines(file)) {
      Object record = Json.read(name, line.getBytes(UTF_8), RECORDS.get(name));
      assertThat(Json.text(record)).isEqualTo(line);
    }
  }

  private static String plan() throws IOException {
    return Files.readAllLines(Path.of("src/test/resources/records/plan.jsonl")).get(1);
  }

  private static Plan read(String text) {
    return Json.read("some/key", text.getBytes(UTF_8), Plan.class);
  }

  @Test
  void a_field_of_a_newer_agent_is_passed_over_wherever_it_stands() throws IOException {
    String newer = plan().replace("\"Current\"", "\"Lane\":{\"Current\":7},\"Current\"");

    assertThat(read(newer.replace("\"Skippable\"", "\"Canary\":[1,\"25%\"],\"Skippable\"")))
        .isEqualTo(read(plan()));
  }

  @ParameterizedTest
  @CsvSource({"Current,Current", "Succeeded,Succeeded", "MaxAttempts,Tasks.0.MaxAttempts"})
  void a_field_that_is_missing_is_named(String field, String place) throws IOException {
    String cut = plan().replaceFirst(",\"" + field + "\":[a-z0-9]+", "");

    assertThatThrownBy(() -> read(cut))
        .isInstanceOf(UnreadableRecordException.class)
        .hasMessageContaining("its field " + place + " is missing");
  }
}
