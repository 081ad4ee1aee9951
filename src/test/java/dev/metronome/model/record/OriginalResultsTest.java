package dev.metronome.model.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metronome.testing.OriginalKeys;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Results without a version are of the original's form. */
@Tag("text")
class OriginalResultsTest {

  private static <T> T read(String key, Class<T> type) {
    return Json.read(key, OriginalKeys.results().get(key).getBytes(UTF_8), type);
  }

  private static final String ENDED = "metronome/results/" + OriginalKeys.ENDED;

  @Test
  void an_event_of_the_original_is_read() {
    EventResult event = read(ENDED, EventResult.class);

    assertThat(event.fromOriginal()).isTrue();
    assertThat(event.name()).isEqualTo("deploy");
    assertThat(event.status()).isEqualTo(Status.SUCCESS);
    assertThat(event.startedAt()).hasValue(Instant.parse("2015-12-01T01:00:00Z"));
    assertThat(event.finishedAt()).hasValue(Instant.parse("2015-12-01T01:01:00Z"));
    assertThat(event.retries()).isEmpty();
    assertThat(read("metronome/results/" + OriginalKeys.BEGUN, EventResult.class).finishedAt())
        .isEmpty();
  }

  @Test
  void its_tasks_and_nodes_are_read() {
    TaskResult task = read(ENDED + "/0", TaskResult.class);
    assertThat(task.name()).isEqualTo("configure");
    assertThat(task.targets()).isEmpty();
    assertThat(task.fromOriginal()).isTrue();

    NodeResult node = read(ENDED + "/0/web1", NodeResult.class);
    assertThat(node.node()).isEqualTo("web1");
    assertThat(node.status()).isEqualTo(Status.SUCCESS);
    assertThat(node.fromOriginal()).isTrue();
  }

  @Test
  void what_is_shown_of_one_claims_no_version() {
    assertThat(Json.fields(read(ENDED, EventResult.class))).doesNotContainKey("Format");
    assertThat(Json.fields(read(ENDED + "/0", TaskResult.class)))
        .doesNotContainKeys("Format", "Pattern");
    assertThat(Json.fields(read(ENDED + "/0/web1", NodeResult.class))).doesNotContainKey("Format");
  }

  static Stream<Class<?>> others() {
    return Stream.of(
        Event.class, Plan.class, Assignment.class, Claim.class, Presence.class, Quarantined.class);
  }

  /** The original wrote no such thing. */
  @ParameterizedTest
  @MethodSource("others")
  void any_other_record_without_a_version_is_unreadable(Class<?> type) {
    byte[] bytes = OriginalKeys.results().get(ENDED).getBytes(UTF_8);

    assertThatThrownBy(() -> Json.read("k", bytes, type))
        .isInstanceOf(UnreadableRecordException.class);
  }

  @Test
  void what_lacks_a_field_of_the_original_is_unreadable() {
    for (Class<?> type : List.of(EventResult.class, TaskResult.class, NodeResult.class)) {
      assertThatThrownBy(() -> Json.read("k", "{}".getBytes(UTF_8), type))
          .isInstanceOf(UnreadableRecordException.class);
    }
  }
}
