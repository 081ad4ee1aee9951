package dev.metronome.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.metronome.agent.route.RouteException;
import dev.metronome.consul.Catalog;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.UserEvents;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Lead;
import dev.metronome.model.record.LeftOut;
import dev.metronome.model.record.Status;
import dev.metronome.testing.Member;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.kiwiproject.consul.model.catalog.ImmutableCatalogRegistration;

/** Editing a route file changes what an agent does; breaking one keeps it from starting. */
class EditedRoutesTest {

  @TempDir Path folder;
  @AutoClose private AgentCluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster =
        new AgentCluster(folder)
            .pattern(
                """
                events:
                  deploy:
                    task: say
                  secret:
                    task: say
                tasks:
                  say:
                    operations:
                      - echo:
                          text: hello
                """);
  }

  private static String builtIn(String name) throws Exception {
    return Files.readString(Path.of("routes", name + ".camel.yaml"));
  }

  private String fired(String name) {
    try (ConsulConnection sender = Member.connection(cluster.consul, "a")) {
      return new UserEvents(sender).fire(name, "").orElseThrow();
    }
  }

  @Test
  void without_an_edit_every_user_event_runs() throws Exception {
    cluster.started("a");

    EventResult result = cluster.ended(fired("secret"));

    assertThat(result.status()).isEqualTo(Status.SUCCESS);
    assertThat(result.by()).contains("consul-event@a");
  }

  @Test
  void a_filter_that_is_added_to_intake_keeps_events_out() throws Exception {
    String edited =
        builtIn("intake")
            .replace(
                "            pattern: Camel*\n",
                """
                            pattern: Camel*
                        - filter:
                            id: intake-keep-out
                            expression:
                              simple: ${header.MetronomeEvent} == 'secret'
                            steps:
                              - stop:
                                  id: intake-stop
                """);
    assertThat(edited).contains("intake-keep-out");
    cluster.route("intake", edited);
    cluster.started("a");

    String secret = fired("secret");
    String deploy = fired("deploy");

    assertThat(cluster.ended(deploy).status()).isEqualTo(Status.SUCCESS);
    assertThat(cluster.result(secret)).isEmpty();
    assertThat(cluster.keys("metronome/event_queue/")).isEmpty();
  }

  /** What somebody would write who wants no node of rack r9. */
  static Stream<Arguments> selections() {
    return Stream.of(
        Arguments.of(
            "a condition in the filter",
            "simple: ${body.isWanted}\n",
            "simple: ${body.isWanted} && ${body.meta[rack]} != 'r9'\n"),
        Arguments.of(
            "a filter before it",
            "              - filter:\n",
            """
                          - filter:
                              id: select-targets-rack
                              expression:
                                simple: ${body.meta[rack]} == 'r9'
                              steps:
                                - stop:
                                    id: select-targets-not-there
                          - filter:
            """));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("selections")
  void an_edit_of_select_targets_keeps_nodes_out_by_their_meta(
      String how, String written, String wanted) throws Exception {
    String edited = builtIn("select-targets").replaceFirst(Pattern.quote(written), quoted(wanted));
    assertThat(edited).contains("${body.meta[rack]}", "'r9'");
    cluster.route("select-targets", edited);
    cluster.started("a");
    cluster.started("b");
    cluster.started("c");
    cluster.awaitTogether("deploy", "a", "b", "c");
    rack("a", "r9");
    rack("b", "r1"); // c says nothing of its rack

    cluster.awaitTogether("deploy", "b", "c");
    cluster.fire("e1", "deploy");

    assertThat(cluster.ended("e1").status()).isEqualTo(Status.SUCCESS);
    assertThat(cluster.task("e1", 0).targets()).containsExactly("b", "c");
    assertThat(cluster.task("e1", 0).leftOut())
        .containsExactly(new LeftOut("a", LeftOut.NOT_SELECTED));
    assertThat(cluster.keys("metronome/results/e1/0/a")).isEmpty();
    Entry leader = cluster.operator.get("metronome/leader").orElseThrow();
    assertThat(Json.read(leader.key(), leader.value(), Lead.class).routes())
        .as("what others know of it")
        .containsExactly("select-targets");
  }

  private static String quoted(String replacement) {
    return Matcher.quoteReplacement(replacement);
  }

  private void rack(String node, String rack) {
    cluster
        .operator
        .endpoints()
        .consul()
        .catalogClient()
        .register(
            ImmutableCatalogRegistration.builder()
                .node(node)
                .address("127.0.0.1")
                .putNodeMeta("rack", rack)
                .build());
  }

  @Test
  void an_alert_that_is_added_to_event_finished_is_sent() throws Exception {
    cluster.route(
        "event-finished",
        builtIn("event-finished")
            + """
                    - setBody:
                        id: event-finished-text
                        expression:
                          simple: ${body[Name]} ended as ${body[Status]}
                    - to:
                        id: event-finished-alert
                        uri: consul-queue:alerts
            """);
    cluster.started("a");

    cluster.fire("e1", "deploy");

    await().until(() -> cluster.keys("metronome/queues/alerts/").size() == 1);
    assertThat(cluster.text(cluster.keys("metronome/queues/alerts/").get(0)))
        .isEqualTo("deploy ended as success");
  }

  @Test
  void a_route_file_of_ones_own_is_an_operation() throws Exception {
    cluster.route(
        "operation-shout",
        """
        - route:
            id: operation-shout
            description: "Says it louder. Argument: text."
            from:
              uri: direct:operation-shout
              steps:
                - log:
                    id: operation-shout-say
                    message: ${body[text]}!!!
        """);
    cluster.pattern(
        """
        events:
          deploy:
            task: say
        tasks:
          say:
            operations:
              - shout:
                  text: hello
        """);
    cluster.started("a");

    cluster.fire("e1", "deploy");

    assertThat(cluster.ended("e1").status()).isEqualTo(Status.SUCCESS);
    assertThat(cluster.text("metronome/results/e1/0/a/log")).contains("hello!!!");
  }

  private static String own(String steps) {
    return """
        - route:
            id: own
            description: A route of a user's own.
            from:
              uri: direct:own
              steps:
        """
        + steps.indent(8);
  }

  static Stream<Arguments> broken() {
    return Stream.of(
        Arguments.of("yaml", own("- to:\n   id: own-to\n  uri: direct:x"), ":7:", "indent"),
        Arguments.of("step", own("- nosuchstep:\n    id: own-step"), ":7:", "nosuchstep"),
        Arguments.of("scheme", own("- to:\n    id: own-to\n    uri: nosuch:x"), ":9:", "nosuch"),
        Arguments.of("bean", own("- bean:\n    id: own-bean\n    ref: nobean"), ":9:", "nobean"),
        Arguments.of(
            "simple",
            own("- log:\n    id: own-log\n    message: \"${nosuch}\""),
            ":9:",
            "`${nosuch}`"),
        Arguments.of(
            "predicate",
            own(
                "- filter:\n    id: own-if\n    expression:\n      simple: ${body.x\n    steps:\n      - stop: {}"),
            ":10:",
            "route own"),
        Arguments.of(
            "begun twice",
            own("- stop:\n    id: own-stop").replace("direct:own", "direct:submit"),
            ":5:",
            "routes/submit.camel.yaml:7:"),
        Arguments.of(
            "id",
            own("- stop:\n    id: own-stop").replace("id: own\n", "id: dispatch\n"),
            ":2:",
            "routes/dispatch.camel.yaml:2:"),
        Arguments.of("duplicate", own("- stop:\n    id: intake-once"), ":8:", "intake-once"),
        Arguments.of(
            "option",
            own(
                "- to:\n    id: own-to\n    uri: consul-queue:x\n    parameters:\n      nosuchoption: 1"),
            ":",
            "nosuchoption"),
        Arguments.of(
            "property",
            own("- to:\n    id: own-to\n    uri: \"direct:{{nosuch.key}}\""),
            ":9:",
            "nosuch.key"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("broken")
  void a_broken_route_file_is_named_with_its_line_and_nothing_is_left(
      String kind, String text, String line, String word) throws Exception {
    Path file = cluster.route("own", text);

    assertThatThrownBy(() -> cluster.started("a"))
        .isInstanceOf(RouteException.class)
        .satisfies(
            e ->
                assertThat(e.getMessage())
                    .as(kind)
                    .startsWith(file + line)
                    .containsPattern(":[0-9]+:[0-9]+: error: ")
                    .contains(word)
                    .doesNotContain("\n"));

    assertThat(cluster.keys("metronome/")).isEqualTo(List.of());
    assertThat(new Catalog(cluster.operator).instances("metronome", Optional.empty())).isEmpty();
  }
}
