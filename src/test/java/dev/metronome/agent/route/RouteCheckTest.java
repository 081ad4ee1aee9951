package dev.metronome.agent.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metronome.model.schedule.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is told of route files before any of them runs. */
class RouteCheckTest {

  @TempDir Path folder;

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static String route(String id, String from, String target) {
    return """
    - route:
        id: %s
        from:
          uri: %s
          steps:
            - to:
                id: %s-to
                uri: %s
    """
        .formatted(id, from, id, target);
  }

  private RouteCheck check() {
    return new RouteCheck(RouteFiles.of(Optional.of(folder)));
  }

  private List<String> doubts() {
    RouteCheck check = check();
    check.demand();
    return check.doubts().stream().map(Problem::toString).toList();
  }

  @Test
  void those_of_the_jar_fit_and_a_copy_of_them_raises_no_doubt() throws Exception {
    try (var files = Files.list(Path.of("routes"))) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    assertThat(doubts()).isEmpty();
  }

  @Test
  void an_id_that_exists_names_both_files_with_their_lines() throws Exception {
    Path one = file("one.camel.yaml", route("mine", "direct:one", "log:one"));
    Path two = file("two.camel.yaml", route("mine", "direct:two", "log:two"));
    assertThatThrownBy(() -> check().demand())
        .isInstanceOf(RouteException.class)
        .hasMessageStartingWith(two + ":2:9: error: the id mine stands at " + one + ":2:9 too; ");
  }

  @Test
  void an_operation_that_nobody_can_call_is_named() throws Exception {
    Path file =
        file("operation-foo.camel.yaml", route("operation-foo", "direct:operation-fooo", "log:x"));
    assertThatThrownBy(() -> check().demand())
        .hasMessageStartingWith(file + ":4:12: error: the operation foo is called as direct:opera")
        .hasMessageContaining("from direct:operation-fooo instead");
  }

  @Test
  void an_operation_may_be_written_in_any_of_camels_forms() throws Exception {
    file(
        "operation-foo.camel.yaml",
        "- from:\n    uri: direct\n    parameters: {name: operation-foo}\n    steps: []\n");
    file(
        "operation-bar.camel.yaml",
        "- route: {id: b, from: {uri: 'direct://operation-bar?x=y', steps: []}}\n");
    assertThatCode(() -> check().demand()).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "intake,consul-queue:event-queue,user events are lost",
    "submit,consul-queue:event-queue,what other routes submit is lost",
    "submit-http,consul-queue:event-queue,what is posted is lost",
    "dispatch,consul-queue:progress-task-queue,no event is ever begun",
    "dispatch-watch,direct:dispatch,an event waits for the timer",
    "advance-watch,direct:advance,a task waits for the timer",
    "execute,direct:run-task,no task is ever run",
    "drain,direct:operation-NAME,no operation is ever run",
    "run-attempts,direct:operation-NAME,no operation is ever run",
    "run-operations,direct:operation-NAME,no operation is ever run",
  })
  void a_part_of_the_pipeline_that_leads_nowhere_is_a_doubt(
      String name, String target, String otherwise) throws Exception {
    Path file = file(name + ".camel.yaml", route(name, "timer:own", "log:nothing"));
    assertThat(doubts())
        .singleElement()
        .asString()
        .startsWith(file + ":1:1: warning: nothing of it reaches " + target + ": " + otherwise);

    file(name + ".camel.yaml", route(name, "timer:own", target));
    assertThat(doubts()).isEmpty();
  }

  @Test
  void a_run_task_of_before_runs_operations_and_neither_tries_again_nor_drains() throws Exception {
    file("run-task.camel.yaml", route("run-task", "direct:run-task", "direct:operation-NAME"));
    assertThat(doubts())
        .satisfiesExactly(
            doubt -> assertThat(doubt).contains("direct:run-attempts: no task is ever tried again"),
            doubt ->
                assertThat(doubt)
                    .contains("direct:drain: no service is ever taken out of traffic"));
  }

  @Test
  void an_advance_must_select_targets_and_ask_for_health_too() throws Exception {
    String plans = "consul-queue:progress-task-queue";
    file("advance.camel.yaml", route("advance", "direct:advance", plans));
    assertThat(doubts())
        .satisfiesExactly(
            doubt ->
                assertThat(doubt)
                    .contains(
                        "nothing of it reaches direct:select-targets: no task is ever opened"),
            doubt ->
                assertThat(doubt)
                    .contains("direct:health-gate: a task that waits for health stands still"));
    file("advance.camel.yaml", route("advance", "direct:advance", "log:nothing"));
    assertThat(doubts()).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource({
    "dispatch,master:metronome:consul-queue:event-queue,dispatch-watch",
    "advance,master:metronome:consul-queue:progress-task-queue,advance-watch",
    "mine,consul-queue:node-queue?pollInterval=1000,execute",
  })
  void a_queue_of_the_pipeline_is_followed_by_one_route_only(String name, String from, String other)
      throws Exception {
    Path file = file(name + ".camel.yaml", route(name, from, "direct:select-targets"));
    assertThatThrownBy(() -> check().demand())
        .isInstanceOf(RouteException.class)
        .hasMessageStartingWith(file + ":4:12: error: a route that follows consul-queue:")
        .hasMessageContaining("routes/" + other + ".camel.yaml:")
        .hasMessageContaining("docs/pipeline.md");
  }

  @Test
  void a_part_may_lead_there_by_way_of_another_route() throws Exception {
    file("dispatch.camel.yaml", route("dispatch", "timer:own", "direct:later"));
    file(
        "later.camel.yaml", route("later", "direct:later", "consul-queue:progress-task-queue?x=1"));
    assertThat(doubts()).isEmpty();
  }

  @Test
  void where_it_leads_may_be_decided_while_it_runs() throws Exception {
    String open = route("dispatch", "timer:own", "${header.to}").replace("- to:", "- toD:");
    file("dispatch.camel.yaml", open);
    assertThat(doubts()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"alert.yaml", "alert.camel.yml", "alert.xml", "Alert.java"})
  void a_file_that_looks_like_a_route_and_is_not_read_is_a_doubt(String name) throws Exception {
    Path file = file(name, "");
    assertThat(doubts())
        .singleElement()
        .asString()
        .startsWith(file + ":1:1: warning: it is not read");
  }

  @Test
  void an_empty_file_and_a_route_without_an_id_are_doubts() throws Exception {
    Path empty = file("a.camel.yaml", "# nothing yet\n");
    Path nameless = file("b.camel.yaml", "- from: {uri: 'timer:b', steps: []}\n");
    assertThat(doubts())
        .satisfiesExactly(
            first -> assertThat(first).startsWith(empty + ":1:1: warning: no route is in it"),
            second ->
                assertThat(second).startsWith(nameless + ":1:15: warning: the route has no id"));
  }

  @Test
  void a_route_that_no_other_sends_to_and_a_target_that_there_is_not_are_doubts() throws Exception {
    Path hook =
        file(
            "event-finished.camel.yaml",
            route("event-finished", "direct:event-finishd", "log:alert"));
    Path own = file("own.camel.yaml", route("own", "timer:own", "direct:submt"));
    file("mine.camel.yaml", route("mine", "timer:mine", "direct:submit"));

    assertThat(doubts())
        .containsExactly(
            hook
                + ":4:12: warning: no route sends to direct:event-finishd, so this one never runs;"
                + " did you mean `direct:event-finished`?",
            own
                + ":8:18: warning: no route begins with direct:submt, so sending there fails;"
                + " did you mean `direct:submit`?");
  }

  @Test
  void words_of_camel_that_are_mistyped_have_a_hint_and_hide_no_other_fault() throws Exception {
    Path one =
        file(
            "one.camel.yaml",
            """
            - route:
                id: one
                from:
                  uri: timer:one
                  steps:
                    - filter:
                        expression:
                          simple: ${body.x} =! 3
                        steps:
                          - log: {message: "${nosuch}"}
                    - choice:
                        when:
                          - simple: ${body} == 'x
                            steps:
                              - setBody: {expression: {simple: "a == ${body}, and text"}}
                    - lgo: {message: x}
            """);
    Path two =
        file("two.camel.yaml", route("two", "timer:two", "log:x").replace("uri: log", "ury: log"));

    assertThat(check().problems())
        .extracting(Problem::toString)
        .satisfiesExactly(
            one8 -> assertThat(one8).startsWith(one + ":8:23: error: the expression `${body.x} =!"),
            one10 -> assertThat(one10).startsWith(one + ":10:32: error: the expression `${nosuch}"),
            one13 ->
                assertThat(one13).startsWith(one + ":13:25: error: the expression `${body} =="),
            one16 ->
                assertThat(one16)
                    .isEqualTo(one + ":16:11: error: Unknown node id: lgo; did you mean `log`?"),
            field ->
                assertThat(field)
                    .startsWith(two + ":")
                    .endsWith("error: Unsupported field: ury; did you mean `uri`?"));
  }

  @Test
  void a_class_that_is_not_there_is_said_to_be_that() throws Exception {
    Path sql =
        file(
            "operation-sql.camel.yaml",
            Files.readString(Path.of("config/examples/routes/operation-sql.camel.yaml"))
                .replace("{{env:SQL_URL}}", "jdbc:h2:mem:x")
                .replace("org.h2", "org.h3"));

    assertThat(check().problems())
        .extracting(Problem::toString)
        .containsExactly(
            sql
                + ":5:13: error: the class org.h3.jdbcx.JdbcDataSource is not on the class path;"
                + " name the jar that has it there, or correct the name");
  }

  @Test
  void all_broken_files_are_named_with_all_that_is_wrong_in_them_once_each() throws Exception {
    Path one =
        file(
            "one.camel.yaml",
            """
            - route:
                id: one
                from:
                  uri: direct:one
                  steps:
                    - bean: {ref: plannr, method: plan}
                    - to: nosuch:x
                    - log: {message: "${nosuch}"}
            """);
    Path two = file("two.camel.yaml", "- route:\n    id: two\n   from: x\n");
    Path three = file("three.camel.yaml", route("three", "direct:submit", "log:x"));

    assertThat(check().problems())
        .extracting(Problem::toString)
        .satisfiesExactly(
            bean ->
                assertThat(bean)
                    .isEqualTo(
                        one
                            + ":6:23: error: no bean is called `plannr`; did you mean"
                            + " `planner`?"),
            scheme -> assertThat(scheme).startsWith(one + ":7:15: error: there is no component"),
            simple -> assertThat(simple).startsWith(one + ":8:26: error: the expression `${nosu"),
            from -> assertThat(from).startsWith(three + ":4:12: error: a route from direct:submit"),
            yaml ->
                assertThat(yaml)
                    .isEqualTo(
                        two
                            + ":3:4: error: while parsing a block mapping: expected <block end>,"
                            + " but found '<block mapping start>'"));
    assertThatThrownBy(() -> check().demand())
        .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(5));
  }

  @Test
  void a_bean_that_a_file_declares_is_no_mistake() throws Exception {
    file(
        "own.camel.yaml",
        """
        - beans:
            - name: chief
              type: java.lang.Object
        - route:
            id: own
            from:
              uri: direct:own
              steps:
                - bean: {ref: chief, method: toString}
        """);
    assertThat(check().problems()).isEmpty();
  }
}
