package dev.metronome.testing;

import static org.awaitility.Awaitility.await;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.ConsulSettings;
import dev.metronome.model.record.Keys;
import dev.metronome.pipeline.steering.Retrier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A real cluster for the tests of the pipeline: one Consul server and two client agents, one agent
 * of ours on each, and a task file whose operations write down when they start and end.
 */
public final class Rollout implements AutoCloseable {

  /** Node with service db. */
  public static final String DB = "server-0";

  /** Node with service app. */
  public static final String APP = "app-1";

  /** Node with service lb. */
  public static final String LB = "lb-1";

  /** How long a task may wait for a node that has no agent. */
  private static final String START_TIMEOUT = "20s";

  private static final String TASKS =
      """
      environments:
        JOURNAL: "%s"
      events:
        deploy:
          ordered_tasks:
            - {service: db, task: database}
            - {service: app, task: application}
            - {service: lb, task: balancer}
        everywhere:
          task: quick
        filtered:
          ordered_tasks:
            - {service: app, filter: 'Node.Node != "%s" and Service.Tags is empty', task: quick}
            - {filter: 'Node.Node == "%s"', task: quick}
            - {service: app, filter: 'Service.Port == eighty', task: quick}
        canary:
          ordered_tasks:
            - {service: app, task: application, serial: [1, "100%%"]}
            - {service: lb, task: quick}
        dead-canary:
          ordered_tasks:
            - {service: app, task: deadly, serial: [1, "100%%"]}
            - {service: lb, task: quick}
        gated:
          ordered_tasks:
            - {service: app, task: application, serial: 1, health: {for: 2s, within: 2m, keep: 1}}
            - {service: lb, task: quick}
        impatient:
          ordered_tasks:
            - {service: app, task: quick, serial: 1, health: {for: 1s, within: 4s}}
            - {service: lb, task: quick}
        lenient:
          ordered_tasks:
            - service: app
              task: quick
              serial: 1
              max_failures: "100%%"
              health: {for: 1s, within: 4s}
        primary-first:
          ordered_tasks:
            - {service: db, tag: primary, task: database}
            - {service: db, tag: standby, task: database, serial: 1}
        on-one:
          ordered_tasks:
            - {service: app, task: quick, run_on: 1}
            - {service: app, task: quick, run_on: {holder: app/leader}}
        some-may-fail:
          ordered_tasks:
            - {service: app, task: failing, serial: 1, max_failures: "40%%"}
            - {service: lb, task: quick}
        out-of-traffic:
          ordered_tasks:
            - {service: app, task: held, serial: 1, drain: 0}
        upgrade:
          on_error: undo
          ordered_tasks:
            - {service: db, task: migrate}
            - {service: app, task: deadly, serial: 1, order: name}
            - {service: lb, task: quick}
          finally:
            - {service: lb, task: unlock}
        versioned:
          parameters: {version: {required: true, pattern: "[0-9.]+"}}
          task: quick
        flaky:
          ordered_tasks:
            - {service: app, task: flaky}
            - {service: lb, task: quick}
        slow:
          ordered_tasks:
            - {service: db, task: quick}
            - {service: app, task: slow}
            - {service: lb, task: quick}
        slower:
          ordered_tasks:
            - {service: db, task: quick}
            - {service: app, task: slower, drain: 0}
            - {service: lb, task: quick}
        printing:
          ordered_tasks:
            - {service: app, task: printing}
      tasks:
        printing:
          operations:
            - execute: {file: print}
        flaky:
          retry: {attempts: 3, backoff: 1s}
          operations:
            - execute: {file: step, arguments: [flaky, "0"]}
            - execute: {script: '[ "$METRONOME_ATTEMPT" = 3 ]'}
        slower:
          operations:
            - execute: {file: step, arguments: [slower, "600"]}
        database:
          operations:
            - execute: {file: step, arguments: [database, "0.3"]}
        application:
          operations:
            - execute: {file: step, arguments: [application, "0.3"]}
        balancer:
          operations:
            - execute: {file: step, arguments: [balancer, "0.1"]}
        deadly:
          operations:
            - execute: {file: step, arguments: [deadly, "0"]}
            - execute: {script: '[ "$METRONOME_NODE" != %2$s ]'}
          undo:
            - execute: {file: step, arguments: [back, "0"]}
        failing:
          operations:
            - execute: {file: step, arguments: [failing, "0"]}
            - execute: {script: 'exit 1'}
        held:
          operations:
            - execute: {file: step, arguments: [held, "0"]}
            - execute: {script: 'until [ -e "$JOURNAL.$METRONOME_NODE" ]; do sleep 0.05; done'}
        migrate:
          operations:
            - consul-kvs: {action: get, key: app/schema, name: schema}
            - execute: {file: step, arguments: [migrate, "0"]}
          undo:
            - execute: {script: 'sh ./step "back-to-$METRONOME_VAR_SCHEMA-$METRONOME_UNDO" 0'}
        unlock:
          operations:
            - execute: {file: step, arguments: [unlock, "0"]}
        quick:
          operations:
            - execute: {file: step, arguments: [quick, "0"]}
        slow:
          operations:
            - execute: {file: step, arguments: [slow, "6"]}
      """;

  private static final String STEP =
      """
      echo "$METRONOME_EVENT_ID $1 $METRONOME_NODE start" >> "$JOURNAL"
      sleep "$2"
      echo "$METRONOME_EVENT_ID $1 $METRONOME_NODE end" >> "$JOURNAL"
      echo "$1 done on $METRONOME_NODE"
      """;

  /** Prints on until it may end. */
  private static final String PRINT =
      """
      echo "said before"
      echo "$METRONOME_EVENT_ID printing $METRONOME_NODE start" >> "$JOURNAL"
      until [ -e "$JOURNAL.go" ]; do sleep 0.05; done
      seq -f 'line %06g' 1 20000
      echo "said after"
      echo "$METRONOME_EVENT_ID printing $METRONOME_NODE end" >> "$JOURNAL"
      """;

  private final ConsulCluster consul;
  private final Path folder;
  private final Map<String, AgentProcess> agents = new LinkedHashMap<>();

  private Rollout(ConsulCluster consul, Path folder) {
    this.consul = consul;
    this.folder = folder;
  }

  /** Starts Consul with the three services, and no agent yet. */
  public static Rollout start(Path folder) throws IOException {
    Rollout rollout = new Rollout(ConsulCluster.start(1, List.of(APP, LB)), folder);
    Path pattern = Files.createDirectories(folder.resolve("site"));
    Files.writeString(pattern.resolve("task.yml"), TASKS.formatted(rollout.journal(), APP, LB));
    Program.write(pattern.resolve("step"), STEP);
    Program.write(pattern.resolve("print"), PRINT);
    rollout.keys(DB).registerService("db", "primary");
    rollout.keys(APP).registerService("app");
    rollout.keys(LB).registerService("lb");
    await("services")
        .atMost(Duration.ofMinutes(3))
        .until(
            () ->
                List.of("db", "app", "lb").stream()
                    .allMatch(
                        name -> rollout.keys(DB).get("/v1/health/service/" + name).size() == 1));
    return rollout;
  }

  /** Starts agents on all three nodes and waits until one leads. */
  public Rollout withAgents() {
    List.of(DB, APP, LB).forEach(this::startAgent);
    agents.values().forEach(AgentProcess::awaitStarted);
    await("a leader").atMost(Duration.ofMinutes(3)).until(() -> leader() != null);
    return this;
  }

  public AgentProcess startAgent(String node) {
    return startAgent(node, node, List.of());
  }

  /**
   * @param node whose Consul agent it speaks to
   * @param name of its log, so that two may be on one node
   */
  public AgentProcess startAgent(String node, String name, List<String> more) {
    List<String> options =
        new ArrayList<>(
            List.of(
                "-host=127.0.0.1",
                "-port",
                Integer.toString(consul.httpPort(node)),
                "--files",
                folder.resolve("site/task.yml").toString(),
                "--start-timeout",
                START_TIMEOUT));
    options.addAll(more);
    int count = agents.size();
    AgentProcess agent = AgentProcess.start(folder.resolve(name + "-" + count + ".log"), options);
    AgentProcess before = agents.put(name, agent);
    if (before != null && before.isAlive()) {
      agents.put(name + "-before-" + count, before);
    }
    return agent;
  }

  public ConsulCluster consul() {
    return consul;
  }

  public AgentProcess agent(String node) {
    return agents.get(node);
  }

  public ConsulKeys keys(String node) {
    return new ConsulKeys(consul.http(node));
  }

  public Path folder() {
    return folder;
  }

  /** The node whose living agent leads; null while there is none. */
  public String leader() {
    return agents.entrySet().stream()
        .filter(agent -> agent.getValue().isAlive() && agent.getValue().leads())
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(null);
  }

  public Path journal() {
    return folder.resolve("journal");
  }

  /** What the operations wrote of one event: task, node, start or end. */
  public List<String> steps(String eventId) {
    try {
      return Files.exists(journal())
          ? Files.readAllLines(journal()).stream()
              .filter(line -> line.startsWith(eventId + " "))
              .map(line -> line.substring(eventId.length() + 1))
              .toList()
          : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Has a failed event go on, as {@code metronome retry} does; returns the ID of the new one. */
  public String retry(String eventId) {
    try (ConsulConnection operator =
        ConsulConnection.to(ConsulSettings.plain("127.0.0.1", consul.httpPort(DB)))) {
      Retrier.Wish wish =
          new Retrier.Wish(
              eventId,
              eventId + "-again",
              Retrier.Scope.ALL,
              Optional.empty(),
              "test",
              Instant.now(),
              Optional.empty());
      return new Retrier(operator, new Keys(Keys.DEFAULT_PREFIX)).retry(wish).id();
    }
  }

  /** Waits for the event's final status. */
  public String awaitEnd(String eventId) {
    ConsulKeys keys = keys(DB);
    await("end of event " + eventId)
        .atMost(Duration.ofMinutes(5))
        .pollInterval(Duration.ofMillis(50))
        .until(() -> !List.of("", "inprogress").contains(keys.status(eventId)));
    return keys.status(eventId);
  }

  public void awaitStep(String eventId, String step) {
    await(step)
        .atMost(Duration.ofMinutes(3))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> steps(eventId).contains(step));
  }

  @Override
  public void close() {
    agents.values().forEach(AgentProcess::close);
    consul.close();
  }
}
