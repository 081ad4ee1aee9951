package dev.metronome.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.config.ConfigurationReader;
import dev.metronome.config.Machine;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.ConsulSettings;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.Status;
import dev.metronome.pipeline.queue.EventQueue;
import dev.metronome.testing.ConsulCluster;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whole agents on eight nodes of a real Consul, each with a service of its own. How much runs side
 * by side is judged by when the nodes say that each script began and ended, so that a slow machine,
 * which takes longer for all of it, says the same.
 */
@Tag("slow")
class LanesOverlapIT {

  private static final int LANES = 8;
  private static final int EACH = 3;

  @TempDir private Path folder;
  private final Keys keys = new Keys(Keys.DEFAULT_PREFIX);
  private final List<Agent> agents = new ArrayList<>();
  private ConsulCluster consul;
  private ConsulConnection operator;
  private EventQueue events;

  @BeforeEach
  void start() throws Exception {
    List<String> nodes = IntStream.range(0, LANES).mapToObj(i -> "n" + i).toList();
    consul = ConsulCluster.start(1, nodes);
    operator = ConsulConnection.to(ConsulSettings.plain("127.0.0.1", consul.httpPort("n0")));
    events = new EventQueue(operator, keys, Clock.systemUTC());
    Path file = Files.createDirectories(folder.resolve("web")).resolve("task.yml");
    StringBuilder text = new StringBuilder("events:\n");
    for (int i = 0; i < LANES; i++) {
      text.append(
          """
            one%1$d: {ordered_tasks: [{service: s%1$d, task: t}]}
            own%1$d: {lane: l%1$d, ordered_tasks: [{service: s%1$d, task: t}]}
          """
              .formatted(i));
      register("n" + i, "s" + i);
    }
    Files.writeString(file, text + "tasks: {t: {operations: [{execute: {script: sleep 0.5}}]}}\n");
    for (String node : nodes) {
      agent(node, file).start();
    }
  }

  @AfterEach
  void close() {
    agents.forEach(Agent::close);
    operator.close();
    consul.close();
  }

  private void register(String node, String service) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(consul.http(node).resolve("/v1/agent/service/register"))
            .PUT(HttpRequest.BodyPublishers.ofString("{\"Name\": \"" + service + "\"}"))
            .build();
    HttpClient client = HttpClient.newHttpClient();
    assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
        .isEqualTo(200);
  }

  private Agent agent(String node, Path file) {
    URI address = consul.http(node);
    Map<String, String> flags = new HashMap<>();
    flags.put("http-port", "0");
    flags.put("warm-up", "false");
    flags.put("grace-period", "2s");
    flags.put("host", address.getHost());
    flags.put("port", Integer.toString(address.getPort()));
    flags.put("protocol", "http");
    flags.put("files", file.toString());
    Machine machine =
        new Machine(Map.of(), folder, folder.resolve("etc"), folder.resolve("run." + node));
    Agent agent =
        new Agent(
            new ConfigurationReader(machine).read(Optional.empty(), flags, List.of()),
            System.getenv(),
            "test");
    agents.add(agent);
    return agent;
  }

  /** How many scripts ran at once, on average, from the first one's begin to the last one's end. */
  private double overlap(String name, int each) {
    List<Event> fired = new ArrayList<>();
    for (int turn = 0; turn < each; turn++) {
      for (int i = 0; i < LANES; i++) {
        String id = name + "-" + each + "-" + turn + "-" + i;
        fired.add(Event.of(id, name + i, Map.of(), Clock.systemUTC().instant(), "fire", "test"));
      }
    }
    events.accept(fired);
    List<NodeResult> runs = fired.stream().map(event -> run(event.id())).toList();
    long worked =
        runs.stream().mapToLong(run -> Duration.between(begun(run), ended(run)).toMillis()).sum();
    Instant first = runs.stream().map(LanesOverlapIT::begun).min(Instant::compareTo).orElseThrow();
    Instant last = runs.stream().map(LanesOverlapIT::ended).max(Instant::compareTo).orElseThrow();
    return (double) worked / Duration.between(first, last).toMillis();
  }

  private static Instant begun(NodeResult run) {
    return run.startedAt().orElseThrow();
  }

  private static Instant ended(NodeResult run) {
    return run.finishedAt().orElseThrow();
  }

  private NodeResult run(String id) {
    await(id)
        .atMost(Duration.ofMinutes(3))
        .until(() -> result(id).filter(found -> found.status().isFinal()).isPresent());
    assertThat(result(id).orElseThrow().status()).isEqualTo(Status.SUCCESS);
    List<NodeResult> runs =
        operator.list(keys.result(id) + "/").value().stream()
            .filter(entry -> entry.key().matches(".*/n[0-9]+"))
            .map(entry -> Json.read(entry.key(), entry.value(), NodeResult.class))
            .toList();
    assertThat(runs).as(id).hasSize(1);
    return runs.get(0);
  }

  private Optional<EventResult> result(String id) {
    return operator
        .get(keys.result(id))
        .map(entry -> Json.read(entry.key(), entry.value(), EventResult.class));
  }

  @Test
  void eight_lanes_run_at_least_four_times_as_much_at_once_as_one() {
    overlap("own", 1);

    double one = overlap("one", 1);
    double own = overlap("own", EACH);

    assertThat(one).as("one after another").isLessThanOrEqualTo(1.0);
    assertThat(own).isGreaterThanOrEqualTo(4.0);
  }
}
