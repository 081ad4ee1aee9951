package dev.metronome.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.metronome.consul.UserEvent;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.FreezeScope;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Limit;
import dev.metronome.model.record.UnreadableRecordException;
import dev.metronome.model.signature.SigningKeys;
import dev.metronome.pipeline.intake.Authenticity;
import dev.metronome.pipeline.intake.Events;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * IDs that some Consul cannot read as a part of a key: every way in refuses them, and says the one
 * rule. Over HTTP: {@code HttpWayInTest} and {@code HttpApiTest}; as names of nodes: {@code
 * OtherNameTest}; as items of a route's queue: {@code ConsulQueueTest}; of events with cron: {@code
 * CronReaderTest}. Names of events stand in values: {@link DoorsTest}.
 */
@Tag("consul")
class SafeNamesTest {

  @TempDir static Path folder;
  private static OneNodeCluster cluster;
  private final Shell shell = cluster.shell(folder);
  private final Events events =
      new Events(
          Clock.systemUTC(),
          new Authenticity(SigningKeys.none(), Optional.empty(), Clock.systemUTC()),
          "test");

  @BeforeAll
  static void start() {
    cluster = new OneNodeCluster();
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  static Stream<String> ids() {
    return Stream.of(
        "a:bc",
        "abc.",
        "abc..d",
        "a bc",
        " abc",
        "a%2Fbc",
        "a/bc",
        "../leader",
        "größe",
        "a+bc",
        "a,bc",
        "abc\n",
        "a".repeat(129));
  }

  @ParameterizedTest
  @MethodSource("ids")
  void commands_refuse_them(String id) {
    for (String[] line :
        new String[][] {
          {"show", id},
          {"logs", id},
          {"cancel", id},
          {"retry", id},
          {"approve", id},
          {"watch", id},
          {"queue", "drop", id}
        }) {
      assertThat(shell.run(line)).as("%s: %s", line[0], shell.err()).isEqualTo(2);
      assertThat(shell.err()).as(line[0]).contains(Keys.SEGMENT_RULE).hasLineCount(1);
    }
  }

  @ParameterizedTest
  @MethodSource("ids")
  void they_become_no_event_and_nothing_stands_in_the_queue(String id) throws Exception {
    Map<String, Object> pushed = Map.of("ID", id, "Name", "deploy", "Version", 1, "LTime", 1);
    shell.in(new ObjectMapper().writeValueAsString(List.of(pushed)));
    shell.run("push");
    assertThat(shell.err()).contains("state=rejected", Keys.SEGMENT_RULE);

    Optional<String> none = Optional.empty();
    assertThat(events.fromUserEvent(new UserEvent(id, "deploy", none, none, none, none), false))
        .isNull();
    assertThatThrownBy(() -> events.fromSubmission(Map.of("Name", "deploy", "ID", id), null))
        .hasMessageContaining(Keys.SEGMENT_RULE);
    assertThatThrownBy(
            () -> events.fromPost(Optional.of(id), "deploy", Map.of(), Optional.empty(), "x"))
        .hasMessageContaining(Keys.SEGMENT_RULE);
    assertThat(cluster.waiting()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("ids")
  void a_record_with_one_cannot_be_read(String id) {
    Event good = Event.of("good", "deploy", Map.of(), Instant.EPOCH, "fire", "x");
    String record =
        new String(Json.write(good), StandardCharsets.UTF_8)
            .replace("\"good\"", Json.text(id).strip());
    assertThatThrownBy(() -> Json.read("key", record.getBytes(StandardCharsets.UTF_8), Event.class))
        .isInstanceOf(UnreadableRecordException.class)
        .hasMessageContaining(Keys.SEGMENT_RULE);
  }

  @ParameterizedTest
  @MethodSource("ids")
  void they_name_no_node(String id) {
    if (!id.contains(",") && !id.startsWith(" ") && !id.endsWith("\n")) { // of a list
      assertThatThrownBy(() -> Limit.of(id)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void every_consul_can_read_what_is_made_of_names_in_any_language() {
    Keys keys = OneNodeCluster.KEYS;
    for (String key :
        List.of(
            keys.freeze(FreezeScope.event("größe 2")),
            keys.freeze(FreezeScope.event("a:b")),
            keys.approval("e", 0, "anna@desk ö"))) {
      assertThat(key).matches("[a-zA-Z0-9,_./-]+").doesNotContain("..");
      assertThat(cluster.text(key)).isEmpty();
    }
  }
}
