package dev.metronome.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.metronome.base.net.HeldPort;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Status;
import dev.metronome.telemetry.trace.Tracing;
import dev.metronome.telemetry.trace.TracingException;
import dev.metronome.testing.CollectorStub;
import dev.metronome.testing.CollectorStub.Seen;
import dev.metronome.testing.LogLines;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Traces of whole agents, as a collector gets them. */
class AgentTracingTest {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String SENDER = "00-" + TRACE + "-b7ad6b7169203331-01";

  @TempDir Path folder;
  private CollectorStub collector;
  private AgentCluster cluster;

  @BeforeEach
  void start() throws Exception {
    collector = CollectorStub.start();
    cluster =
        new AgentCluster(folder)
            .flag("tracing", "true")
            .variable("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url())
            .variable("OTEL_EXPORTER_OTLP_HEADERS", "Authorization=Bearer%20hidden-token")
            .variable("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=rehearsal")
            .variable("OTEL_BSP_SCHEDULE_DELAY", "100")
            .variable("OTEL_BSP_EXPORT_TIMEOUT", "120000") // late is not lost
            .variable("OTEL_EXPORTER_OTLP_TIMEOUT", "120000")
            .pattern(
                """
                variables: {word: hidden-variable}
                events:
                  deploy: {ordered_tasks: [{task: prepare}, {task: switch}]}
                  failing: {ordered_tasks: [{task: fail}, {task: switch}]}
                  waiting: {task: wait}
                  greeting: {task: greet}
                tasks:
                  prepare:
                    operations:
                      - echo: {text: '{{word}}'}
                      - execute: {script: 'echo $TRACEPARENT > %1$s/$METRONOME_NODE.trace'}
                  switch: {operations: [{echo: {text: done}}]}
                  greet: {operations: [{echo: {text: hello}}]}
                  fail: {operations: [{execute: {script: 'echo {{word}}; exit 3'}}]}
                  wait: {operations: [{execute: {script: 'touch %1$s/$METRONOME_NODE.up; until [ -e %1$s/go ]; do sleep 0.05; done'}}]}
                """
                    .formatted(folder));
  }

  @AfterEach
  void close() {
    cluster.close();
    collector.close();
  }

  /** Both, and the leader knows it. */
  private Agent startBoth() throws Exception {
    Agent first = cluster.started("a");
    await().atMost(PATIENCE).until(first::isLeader);
    cluster.started("b");
    cluster.awaitTogether("greeting", "a", "b");
    return first;
  }

  private Seen only(String name) {
    await().atMost(PATIENCE).until(() -> !collector.spans(name).isEmpty());
    assertThat(collector.spans(name)).hasSize(1);
    return collector.spans(name).get(0);
  }

  private List<Seen> both(String name) {
    await().atMost(PATIENCE).until(() -> collector.spans(name).size() >= 2);
    assertThat(collector.spans(name)).hasSize(2);
    return collector.spans(name);
  }

  private List<Seen> ofTheSender() {
    return collector.spans().stream().filter(span -> span.trace().equals(TRACE)).toList();
  }

  private String traceOnNode(String node) throws Exception {
    return Files.readString(folder.resolve(node + ".trace")).strip();
  }

  @Test
  void an_event_is_one_trace_across_agents_below_that_of_its_sender() throws Exception {
    startBoth();
    cluster.fire("e1", "deploy", Map.of("version", "hidden-param"), Optional.of(SENDER));
    assertThat(cluster.ended("e1").status()).isEqualTo(Status.SUCCESS);

    Seen event = only("RUN deploy");
    assertThat(event.parent()).isEqualTo("b7ad6b7169203331");
    assertThat(event.kind()).isEqualTo("SERVER");
    assertThat(event.attributes())
        .containsEntry("cicd.pipeline.name", "deploy")
        .containsEntry("cicd.pipeline.run.id", "e1")
        .containsEntry("cicd.pipeline.action.name", "RUN")
        .containsEntry("cicd.pipeline.result", "success")
        .doesNotContainKey("error.type");
    Seen prepare = only("task prepare");
    assertThat(prepare.parent()).isEqualTo(event.id());
    assertThat(prepare.attributes())
        .containsEntry("cicd.pipeline.task.name", "prepare")
        .containsEntry("cicd.pipeline.task.run.id", "e1.0")
        .containsEntry("cicd.pipeline.task.run.result", "success")
        .containsEntry("metronome.targets", "2");
    assertThat(only("task switch").parent()).isEqualTo(event.id());
    assertThat(both("run prepare"))
        .allSatisfy(
            run -> {
              assertThat(run.parent()).isEqualTo(prepare.id());
              assertThat(run.resource())
                  .containsEntry("service.instance.id", run.attributes().get("cicd.worker.name"));
            })
        .extracting(run -> run.attributes().get("cicd.worker.name"))
        .containsExactlyInAnyOrder("a", "b");
    List<String> runs = both("run prepare").stream().map(Seen::id).toList();
    assertThat(both("operation execute")).extracting(Seen::parent).hasSameElementsAs(runs);
    await().atMost(PATIENCE).until(() -> ofTheSender().size() >= 13);
    assertThat(ofTheSender()).hasSize(13).extracting(Seen::id).doesNotHaveDuplicates();
  }

  @Test
  void scripts_can_join_in_below_their_own_operation() throws Exception {
    cluster.started("a");
    cluster.fire("e1", "deploy", Map.of(), Optional.of(SENDER));
    cluster.ended("e1");

    assertThat(traceOnNode("a"))
        .isEqualTo("00-" + TRACE + "-" + only("operation execute").id() + "-01");
  }

  @Test
  void what_is_secret_is_in_no_attribute_and_the_variables_say_where_to() throws Exception {
    cluster.started("a");
    cluster.fire("e1", "deploy", Map.of("version", "hidden-param"), Optional.empty());
    cluster.fire("e2", "failing");
    cluster.ended("e2");

    only("RUN deploy");
    only("RUN failing");
    assertThat(collector.spans().toString()).doesNotContain("hidden");
    assertThat(collector.authorizations()).containsOnly("Bearer hidden-token");
    assertThat(collector.spans().get(0).resource())
        .containsEntry("service.name", "metronome")
        .containsEntry("service.version", "test")
        .containsEntry("deployment.environment.name", "rehearsal");
  }

  @Test
  void what_failed_says_so_with_its_reason_up_to_the_event() throws Exception {
    cluster.started("a");
    cluster.fire("e1", "failing");
    assertThat(cluster.ended("e1").status()).isEqualTo(Status.ERROR);

    Seen event = only("RUN failing");
    assertThat(event.parent()).isEmpty();
    assertThat(event.attributes()).containsEntry("cicd.pipeline.result", "failure");
    for (String name : List.of("RUN failing", "task fail", "run fail", "operation execute")) {
      assertThat(only(name).status()).isEqualTo("ERROR failed");
      assertThat(only(name).attributes()).containsEntry("error.type", "failed");
      assertThat(only(name).trace()).isEqualTo(event.trace());
    }
    assertThat(collector.spans("task switch")).isEmpty();
  }

  @Test
  void an_event_that_nobody_defines_is_skipped_and_names_no_span() throws Exception {
    cluster.started("a");
    cluster.fire("e1", "a-stranger");
    assertThat(cluster.ended("e1").status()).isEqualTo(Status.SKIP);

    assertThat(only("RUN").attributes()).containsEntry("cicd.pipeline.result", "skip");
    assertThat(only("RUN").status()).isEqualTo("UNSET");
  }

  @Test
  void a_successor_ends_the_span_of_an_event_that_another_leader_began() throws Exception {
    Agent first = startBoth();
    cluster.fire("e1", "waiting");
    await().atMost(PATIENCE).until(() -> Files.exists(folder.resolve("a.up")));
    await().atMost(PATIENCE).until(() -> Files.exists(folder.resolve("b.up")));

    first.close();
    Seen run = only("run wait");
    assertThat(run.resource()).containsEntry("service.instance.id", "a");
    assertThat(run.status()).isEqualTo("ERROR interrupted");
    Files.writeString(folder.resolve("go"), "");
    assertThat(cluster.ended("e1").reason()).contains(Reason.INTERRUPTED);

    Seen event = only("RUN waiting");
    assertThat(event.resource()).containsEntry("service.instance.id", "b");
    Seen task = only("task wait");
    assertThat(task.parent()).isEqualTo(event.id());
    assertThat(both("run wait")).extracting(Seen::parent).containsOnly(task.id());
    assertThat(run.trace()).isEqualTo(event.trace());
  }

  @Test
  void what_is_not_sampled_is_not_sent_and_scripts_know_it() throws Exception {
    cluster.variable("OTEL_TRACES_SAMPLER", "always_off").started("a");
    cluster.fire("e1", "deploy");
    cluster.ended("e1");

    assertThat(traceOnNode("a")).startsWith("00-").endsWith("-00");
    cluster.close();
    assertThat(collector.spans()).isEmpty();
  }

  @Test
  void without_its_flag_nothing_is_sent_and_scripts_continue_the_senders_trace() throws Exception {
    cluster.flag("tracing", "false").started("a");
    cluster.fire("e1", "deploy", Map.of(), Optional.of(SENDER));
    cluster.ended("e1");

    assertThat(traceOnNode("a")).isEqualTo(SENDER);
    assertThat(cluster.text(cluster.keys.endedPlan("e1"))).doesNotContain("Traceparent");
    cluster.close();
    assertThat(collector.authorizations()).isEmpty();
  }

  @Test
  void a_collector_that_is_down_costs_one_line_in_the_log() throws Exception {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (LogLines log = LogLines.of(Tracing.class);
        HeldPort held = HeldPort.of(new InetSocketAddress(loopback, 0))) { // nobody else's
      int port = held.number();
      collector.close();
      cluster.variable("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:" + port);
      cluster.variable("OTEL_JAVA_EXPORTER_OTLP_RETRY_DISABLED", "true").started("a");
      for (int i = 0; i < 3; i++) {
        cluster.fire("e" + i, "deploy");
        assertThat(cluster.ended("e" + i).status()).isEqualTo(Status.SUCCESS);
        await().atMost(PATIENCE).until(() -> log.lines().size() == 1);
      }
      assertThat(log.lines().get(0))
          .contains("WARNING tracing=http://127.0.0.1:" + port + " state=failing")
          .doesNotContain("hidden");

      collector = CollectorStub.start(port);
      cluster.fire("e9", "deploy");
      cluster.ended("e9");
      await().atMost(PATIENCE).until(() -> log.lines().size() == 2);
      assertThat(log.lines().get(1)).contains("state=repaired");
    }
  }

  @Test
  void variables_that_cannot_be_used_are_named() {
    cluster.variable("OTEL_TRACES_EXPORTER", "carrier-pigeon");

    assertThatThrownBy(() -> cluster.started("a"))
        .isInstanceOf(TracingException.class)
        .hasMessageContaining("carrier-pigeon")
        .hasMessageContaining("OTEL_");
  }
}
