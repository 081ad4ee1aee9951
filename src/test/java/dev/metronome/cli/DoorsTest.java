package dev.metronome.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.metronome.consul.UserEvent;
import dev.metronome.model.signature.SigningKeys;
import dev.metronome.pipeline.intake.Authenticity;
import dev.metronome.pipeline.intake.Events;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
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

/** Names that no event may have: every way in refuses them and says the rule. */
@Tag("text")
class DoorsTest {
  private static final String RULE =
      "an event's name must have 1 to 128 characters, none of them a slash, a backslash, a quote"
          + " or a control character";

  @TempDir static Path folder;
  private static OneNodeCluster cluster;
  private final Shell shell = cluster.shell(folder);
  private final Events events =
      new Events(
          Clock.systemUTC(),
          new Authenticity(SigningKeys.none(), Optional.empty(), Clock.systemUTC()),
          "test");

  @BeforeAll
  static void start() throws Exception {
    cluster = new OneNodeCluster();
    Files.writeString(
        folder.resolve("task.yml"),
        "events: {e: {task: t}}\ntasks: {t: {operations: [{echo: x}]}}\n");
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  static Stream<String> names() {
    return Stream.of(
        "a\nb",
        "a\u0000b",
        "a\"b",
        "it's",
        "`id`",
        "../x",
        "a\\b",
        "\u202egnp",
        "a".repeat(10_000));
  }

  private void refused(String... line) {
    assertThat(shell.run(line)).as(line[0]).isEqualTo(2);
    assertThat(shell.err()).as(line[0]).contains(RULE).hasLineCount(1);
    assertThat(shell.err().length()).isLessThan(1_000);
    assertThat(shell.out()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("names")
  void a_name_that_no_event_may_have_is_refused_at_every_door(String name) throws Exception {
    refused("fire", name);
    refused("plan", name, "--files", "task.yml");
    refused("dispatch", name, "--files", "task.yml");
    pushed(name);
    shell.environment("METRONOME_SIGNING_KEY", "k1:" + "A".repeat(44));
    refused("sign", name);
    Optional<String> none = Optional.empty();
    UserEvent event = new UserEvent("id-1", name, none, none, none, none);
    assertThat(events.fromUserEvent(event, false)).isNull();
    assertThatThrownBy(() -> events.fromSubmission(Map.of("Name", name), null)).hasMessage(RULE);
    assertThat(cluster.waiting()).allMatch(String::isEmpty);
  }

  private void pushed(String name) throws Exception {
    Map<String, Object> pushed = Map.of("ID", "id-1", "Name", name, "Version", 1, "LTime", 1);
    shell.in(new ObjectMapper().writeValueAsString(List.of(pushed)));
    shell.run("push");
    assertThat(shell.err()).contains("event=id-1 state=rejected", RULE);
  }

  @ParameterizedTest
  @MethodSource("names")
  void a_task_file_cannot_define_it(String name) throws Exception {
    Path file = folder.resolve("bad/task.yml");
    Files.createDirectories(file.getParent());
    Files.writeString(
        file,
        "events: {"
            + new ObjectMapper().writeValueAsString(name)
            + ": {task: t}}\ntasks: {t: {}}\n");
    assertThat(shell.run("validate", file.toString())).isEqualTo(2);
    assertThat(shell.out()).contains("error: ");
  }

  @Test
  void spaces_points_and_letters_of_any_language_are_welcome() {
    for (String name : List.of("Bring out v1.4", "größe", "更新", "a:b;c,d@e")) {
      assertThat(shell.run("fire", name)).as(shell.err()).isZero();
      shell.run("queue", "drop", shell.out().strip());
    }
  }
}
