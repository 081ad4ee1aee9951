package dev.metronome.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.base.file.ReloadedFiles;
import dev.metronome.testing.LogLines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Route files that are edited while an agent with {@code --dev} runs. */
class EditedWhileRunningTest {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir Path folder;
  private AgentCluster cluster;
  private LogLines log;
  private ProducerTemplate sender;

  @BeforeEach
  void start() throws Exception {
    cluster = new AgentCluster(folder).pattern(AgentCluster.NOTHING).flag("dev", "true");
    cluster.route("own", answering("own", "first"));
    log = LogLines.of(ReloadedFiles.class);
    sender = cluster.started("a").context().createProducerTemplate();
    assertThat(asked()).isEqualTo("first");
  }

  @AfterEach
  void close() {
    log.close();
    cluster.close();
  }

  private static String answering(String id, String word) {
    return route(id, "- setBody:\n    id: own-say\n    expression:\n      constant: " + word);
  }

  private static String route(String id, String steps) {
    return """
    - route:
        id: %s
        description: Says a word.
        from:
          uri: direct:own
          steps:
    """
            .formatted(id)
        + steps.indent(8);
  }

  private String asked() {
    return sender.requestBody("direct:own", "", String.class);
  }

  private void awaitSaid(String text) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(log.lines()).anyMatch(line -> line.contains(text)));
  }

  private void awaitAnswer(String word) {
    await().atMost(PATIENCE).ignoreExceptions().until(() -> asked().equals(word));
  }

  @Test
  void an_edit_is_taken_over_also_with_another_id() throws Exception {
    cluster.route("own", answering("own", "second"));
    awaitAnswer("second");

    cluster.route("own", answering("renamed", "third"));
    awaitAnswer("third");
    assertThat(sender.getCamelContext().getRoute("own")).isNull();
  }

  static Stream<Arguments> broken() {
    return Stream.of(
        Arguments.of("yaml", answering("own", "x").replace("    from:", "   from:"), ":4:"),
        Arguments.of("empty", "# to come\n", ":1:1: error: no route is in it"),
        Arguments.of("step", route("own", "- nosuchstep:\n    id: own-step"), ":7:"),
        Arguments.of("scheme", route("own", "- to:\n    id: own-to\n    uri: nosuch:x"), ":9:"),
        Arguments.of(
            "simple", route("own", "- log:\n    id: own-log\n    message: \"${nosuch}\""), ":9:"),
        Arguments.of("id", answering("dispatch", "x"), ":2:"),
        Arguments.of("from", answering("own", "x").replace("direct:own", "direct:submit"), ":5:"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("broken")
  void a_broken_edit_is_named_with_its_line_and_changes_nothing(
      String kind, String text, String line) throws Exception {
    Path file = cluster.route("own", text);

    awaitSaid(file + line);
    awaitSaid("as they were stay in force");
    awaitAnswer("first");
    assertThat(log.lines().toString()).contains(": error: ").doesNotContain("\tat ");

    cluster.route("other", answering("other", "x").replace(":own", ":other").replace("own-", "o-"));
    cluster.route("own", answering("own", "mended"));
    awaitAnswer("mended");
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> sender.requestBody("direct:other", "", String.class).equals("x"));
  }

  @Test
  void a_new_operation_that_nobody_can_call_is_not_taken() throws Exception {
    Path file =
        cluster.route(
            "operation-foo",
            answering("operation-foo", "x")
                .replace("direct:own", "direct:operation-fooo")
                .replace("own-", "foo-"));

    awaitSaid(file + ":5:12: error: the operation foo is called as direct:operation-foo");
    assertThat(sender.getCamelContext().getRoute("operation-foo")).isNull();
  }

  @Test
  void a_file_that_is_removed_takes_its_routes_with_it() throws Exception {
    Files.delete(folder.resolve("routes/own.camel.yaml"));

    await().atMost(PATIENCE).until(() -> sender.getCamelContext().getRoute("own") == null);
    awaitSaid("routes state=reloaded changed=[own.camel.yaml]");
  }

  @Test
  void one_in_the_place_of_a_file_of_the_jar_gives_it_back_when_it_is_removed() throws Exception {
    Path file =
        cluster.route("notify", answering("notify", "mine").replace("direct:own", "direct:notify"));
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> sender.requestBody("direct:notify", "", String.class).equals("mine"));

    Files.delete(file);
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                Optional.ofNullable(sender.getCamelContext().getRoute("notify"))
                    .filter(route -> route.getSourceLocation().startsWith("classpath:"))
                    .isPresent());
  }

  @Test
  void whoever_asks_for_nodes_is_told_of_a_broken_file_until_it_is_repaired() throws Exception {
    cluster.route("own", answering("own", "x").replace("setBody", "setBoody"));
    awaitPresence(".*\"Faults\":\\{\"own.camel.yaml\":\"[^\"]*own.camel.yaml:7:.*");

    cluster.route("own", answering("own", "x"));
    awaitPresence(".*\"Faults\":\\{}.*");
  }

  private void awaitPresence(String form) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(cluster.text("metronome/nodes/a/agent")).matches(form));
  }
}
