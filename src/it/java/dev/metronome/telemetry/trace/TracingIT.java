package dev.metronome.telemetry.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Keys;
import dev.metronome.pipeline.queue.EventQueue;
import dev.metronome.testing.AgentProcess;
import dev.metronome.testing.CollectorStub;
import dev.metronome.testing.Member;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tracing of an agent from the packaged jar. */
class TracingIT {

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TempDir Path folder;
  private EmbeddedConsul consul;
  private CollectorStub collector;
  private AgentProcess agent;

  @BeforeEach
  void start() throws IOException {
    consul = EmbeddedConsul.start();
    collector = CollectorStub.start();
  }

  @AfterEach
  void stop() {
    agent.close();
    collector.close();
    consul.close();
  }

  private void agent(String... more) throws IOException {
    Files.writeString(
        folder.resolve("task.yml"),
        """
        events: {deploy: {task: say}}
        tasks: {say: {operations: [{echo: {text: done}}]}}
        """);
    URI address = consul.agent("a");
    List<String> options =
        new ArrayList<>(
            List.of(
                "--host", address.getHost(),
                "--port", Integer.toString(address.getPort()),
                "--protocol", "http",
                "--files", folder.resolve("task.yml").toString()));
    options.addAll(List.of(more));
    List<String> jvm =
        List.of(
            "-Dotel.exporter.otlp.endpoint=" + collector.url(),
            "-Dotel.bsp.schedule.delay=100",
            "-Xlog:class+load:file=" + folder.resolve("classes"));
    agent = AgentProcess.start(folder.resolve("log"), jvm, options).awaitStarted();
  }

  private void runOne() {
    try (ConsulConnection operator = Member.connection(consul, "operator")) {
      Keys keys = new Keys(Keys.DEFAULT_PREFIX);
      new EventQueue(operator, keys, Clock.systemUTC())
          .accept(Event.of("e1", "deploy", Map.of(), Clock.systemUTC().instant(), "fire", "test"));
      agent.awaitLog("event=e1 name=deploy state=success");
    }
  }

  private List<String> loaded() throws IOException {
    return Files.readAllLines(folder.resolve("classes")).stream()
        .filter(line -> line.contains("io.opentelemetry") || line.contains(".trace."))
        .filter(line -> !line.contains("TracingException")) // named where errors become exit codes
        .toList();
  }

  @Test
  void without_its_flag_nothing_of_it_is_loaded() throws Exception {
    agent();
    runOne();

    assertThat(Files.readAllLines(folder.resolve("classes"))).hasSizeGreaterThan(1_000);
    assertThat(loaded()).isEmpty();
    assertThat(collector.authorizations()).isEmpty();
  }

  @Test
  void with_its_flag_the_packaged_jar_sends_what_happened() throws Exception {
    agent("--tracing");
    runOne();

    await().atMost(PATIENCE).until(() -> collector.spans().size() == 4);
    assertThat(collector.spans())
        .extracting(CollectorStub.Seen::name)
        .containsExactlyInAnyOrder("RUN deploy", "task say", "run say", "operation echo");
    assertThat(loaded()).isNotEmpty();
  }

  @Test
  void an_agent_that_is_stopped_sends_what_waits_first() throws Exception {
    agent("--tracing");
    runOne();
    agent.terminate();
    agent.awaitExit();

    assertThat(collector.spans("RUN deploy")).hasSize(1);
  }
}
