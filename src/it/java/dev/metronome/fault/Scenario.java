package dev.metronome.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.ConsulSettings;
import dev.metronome.consul.ConsulUnavailableException;
import dev.metronome.fault.Journal.Mark;
import dev.metronome.queue.EventQueue;
import dev.metronome.record.Event;
import dev.metronome.record.Keys;
import dev.metronome.testing.AgentProcess;
import dev.metronome.testing.ConsulKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * One run of the cluster with faults in it, told step by step. Each has a key prefix of its own, so
 * nothing of one reaches the next.
 *
 * <pre>
 * scenario.cluster()
 *     .fire("slow")
 *     .during(Phase.RUNNING)
 *     .kill(scenario.leader())
 *     .expectLeaderWithin(Duration.ofSeconds(10))
 *     .expect("success");
 * </pre>
 *
 * <p>After the test {@link FaultBench} calls {@link #verify}.
 */
final class Scenario implements AutoCloseable {

  /** How far the last event has come. */
  enum Phase {
    /** It waits in the event queue. */
    QUEUED,
    /** Its second task runs on a node. */
    RUNNING,
    /** It has a final result. */
    ENDED
  }

  private static final String TASKS =
      """
      environments:
        JOURNAL: "%s"
      events:
        quick:
          ordered_tasks:
            - {service: db, task: zero}
            - {service: app, task: one}
            - {service: lb, task: two}
        slow:
          ordered_tasks:
            - {service: db, task: zero}
            - {service: app, task: long}
            - {service: lb, task: two}
        wide:
          ordered_tasks:
            - {service: web, task: zero}
            - {service: web, task: one}
            - {service: db, task: two}
        nobody:
          ordered_tasks:
            - {service: db, task: zero}
            - {service: absent, tag: blue, task: one}
        probe:
          task: zero
      tasks:
        zero:
          operations:
            - execute: {file: step, arguments: ["0", "0"]}
        one:
          operations:
            - execute: {file: step, arguments: ["1", "0.1"]}
        two:
          operations:
            - execute: {file: step, arguments: ["2", "0"]}
        long:
          operations:
            - execute: {file: step, arguments: ["1", "%s"]}
      """;

  private static final AtomicInteger COUNT = new AtomicInteger();

  private final Bench bench;
  private final int number = COUNT.incrementAndGet();
  private final Keys keys = new Keys("metronome-" + number + "/");
  private final String canary = "canary-" + number + "-5c3a9d71";
  private final Path folder;
  private final Journal journal;
  private final History history;
  private final List<AgentProcess> stopping = new ArrayList<>();
  private final Map<String, AgentProcess> agents = new LinkedHashMap<>();
  private final List<Path> logs = new ArrayList<>();
  private final Map<String, ConsulProxy> proxies = new TreeMap<>();
  private final List<String> options = new ArrayList<>();
  private final List<String> accepted = new ArrayList<>();
  private final Set<String> repeatable = new LinkedHashSet<>();
  private final Map<String, Duration> times = new LinkedHashMap<>();
  private final AtomicInteger fired = new AtomicInteger();
  private String lastEvent = "";
  private String leaderBefore = "";
  private long faultNanos = System.nanoTime();
  private boolean brokenOnPurpose;

  private Scenario(Bench bench, Path folder) {
    this.bench = bench;
    this.folder = folder;
    this.journal = new Journal(folder.resolve("journal"));
    this.history = History.of(() -> bench.consul().http(runningServer()), keys.prefix());
  }

  static Scenario prepare() {
    try {
      Path folder = Files.createTempDirectory("metronome-fault-");
      Path pattern = Files.createDirectories(folder.resolve("site"));
      Journal.writeStep(pattern);
      Scenario scenario = new Scenario(Bench.shared(), folder);
      Files.writeString(
          folder.resolve("config.yml"), "payload-token: \"" + scenario.canary + "\"\n");
      for (String node : Bench.NODES) {
        int port = scenario.bench.consul().httpPort(node);
        scenario.proxies.put(node, ConsulProxy.before(node, port));
      }
      return scenario.lasting("3");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // What runs

  /** How many seconds the second task of event {@code slow} takes. */
  Scenario lasting(String seconds) {
    return tasks(TASKS.formatted(journal.file(), seconds));
  }

  /** Other task files; scripts find {@code step} beside them. */
  Scenario tasks(String yaml) {
    try {
      Files.writeString(folder.resolve("site/task.yml"), yaml);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Settings of all agents that are started from now on. */
  Scenario with(String... more) {
    options.addAll(List.of(more));
    return this;
  }

  /** All three agents; the one on {@link Bench#DB} leads. */
  Scenario cluster() {
    return leading(Bench.DB).others();
  }

  /** Starts one agent and waits until it leads. */
  Scenario leading(String node, String... jvm) {
    start(node, jvm).awaitStarted();
    await("leadership of " + node)
        .atMost(Duration.ofSeconds(30))
        .until(() -> leaderNow().equals(node));
    return this;
  }

  /** Starts the agents that do not run yet. */
  Scenario others(String... jvm) {
    List<String> absent = Bench.NODES.stream().filter(node -> !agents.containsKey(node)).toList();
    absent.forEach(node -> start(node, jvm));
    absent.forEach(node -> agents.get(node).awaitStarted());
    return this;
  }

  /** Starts an agent, also in the place of one that has ended; does not wait. */
  AgentProcess start(String node, String... jvm) {
    return start(node, List.of(jvm), List.of());
  }

  AgentProcess start(String node, List<String> jvm, List<String> more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "-host=127.0.0.1",
                "-port",
                Integer.toString(proxies.get(node).port()),
                "--prefix",
                keys.prefix(),
                "--config",
                folder.resolve("config.yml").toString(),
                "--files",
                folder.resolve("site/task.yml").toString(),
                "--start-timeout",
                "20s"));
    all.addAll(options);
    all.addAll(more);
    Path log = folder.resolve(node + "-" + logs.size() + ".log");
    logs.add(log);
    AgentProcess agent = AgentProcess.start(log, jvm, all);
    agents.put(node, agent);
    return agent;
  }

  // What comes in

  /** Accepts an event durably, as {@code fire} does. */
  Scenario fire(String name) {
    return fire(name, "e" + number + "-" + fired.incrementAndGet());
  }

  Scenario fire(String name, String id) {
    accept(name, id);
    return accepted(id);
  }

  /** The same, at a time when Consul may refuse; an event counts only if it has its receipt. */
  Optional<String> tryFire(String name) {
    String id = "e" + number + "-" + fired.incrementAndGet();
    try {
      accept(name, id);
      accepted(id);
      return Optional.of(id);
    } catch (ConsulUnavailableException e) {
      return Optional.empty();
    }
  }

  private void accept(String name, String id) {
    int port = bench.consul().httpPort(runningServer());
    try (ConsulConnection connection =
        ConsulConnection.to(ConsulSettings.plain("127.0.0.1", port))) {
      Clock clock = Clock.systemUTC();
      new EventQueue(connection, keys, clock)
          .accept(Event.of(id, name, Map.of(), clock.instant(), "bench", null));
    }
  }

  /** Fires a user event that only the agents of this scenario take. */
  String fireUserEvent(String node, String name) {
    lastEvent = bench.keys(node).fire(name, canary);
    return lastEvent;
  }

  /** From here on this event must end (promise 1). */
  Scenario accepted(String id) {
    if (!accepted.contains(id)) {
      accepted.add(id);
    }
    lastEvent = id;
    return this;
  }

  /** What becomes of the last event does not matter any more. */
  Scenario forget() {
    accepted.remove(lastEvent);
    return this;
  }

  /** The last event's tasks may run again: they are retryable. */
  Scenario repeatable() {
    repeatable.add(lastEvent);
    return this;
  }

  String event() {
    return lastEvent;
  }

  // What goes wrong

  /** Waits until the last event has come so far. */
  Scenario during(Phase phase) {
    return until("the last event is " + phase, () -> reached(phase));
  }

  private boolean reached(Phase phase) {
    return switch (phase) {
      case QUEUED -> keysOf("event_queue/").containsKey("event_queue/" + lastEvent);
      case RUNNING -> has(Bench.APP, 1, Mark.START);
      case ENDED -> !List.of("", "inprogress").contains(status(lastEvent));
    };
  }

  /** Whether an operation of the last event has come to this mark. */
  boolean has(String node, int no, Mark mark) {
    return journal.of(lastEvent).stream().anyMatch(line -> line.is(node, no, mark));
  }

  Scenario until(String what, BooleanSupplier condition) {
    await(what)
        .atMost(Duration.ofSeconds(90))
        .pollInterval(Duration.ofMillis(20))
        .until(condition::getAsBoolean);
    return this;
  }

  /** The fault begins now: times to recovery count from here. */
  Scenario fault() {
    leaderBefore = leaderSession();
    faultNanos = System.nanoTime();
    return this;
  }

  Scenario kill(String node) {
    fault();
    agents.get(node).kill();
    return this;
  }

  /** SIGTERM. */
  Scenario terminate(String node) {
    fault();
    agents.get(node).terminate();
    stopping.add(agents.get(node));
    return this;
  }

  Scenario pause(String node) {
    fault();
    agents.get(node).pause();
    return this;
  }

  Scenario resume(String node) {
    agents.get(node).resume();
    return this;
  }

  /** Waits until an agent has halted at the crash point that it was started with. */
  Scenario crashed(String node) {
    assertThat(agents.get(node).awaitExit())
        .as("exit code of the agent on %s", node)
        .isEqualTo(CrashPoint.EXIT_CODE);
    return fault();
  }

  static String crashAt(String point) {
    return "-Dmetronome.crash=" + point;
  }

  ConsulProxy proxy(String node) {
    return proxies.get(node);
  }

  List<ConsulProxy> proxies() {
    return List.copyOf(proxies.values());
  }

  Bench bench() {
    return bench;
  }

  AgentProcess agent(String node) {
    return agents.get(node);
  }

  Keys keys() {
    return keys;
  }

  Path folder() {
    return folder;
  }

  Journal journal() {
    return journal;
  }

  // What is seen

  /** The node that leads; waits for one. */
  String leader() {
    until("a leader", () -> !leaderNow().isEmpty());
    return leaderNow();
  }

  /** The node whose agent holds the lock; empty if none does. */
  String leaderNow() {
    return leaderEntry()
        .filter(entry -> entry.has("Session"))
        .map(entry -> consulKeys().json(keys.leader(), true).orElseThrow().path("Node").asText())
        .orElse("");
  }

  String leaderSession() {
    return leaderEntry().map(entry -> entry.path("Session").asText("")).orElse("");
  }

  private Optional<JsonNode> leaderEntry() {
    try {
      return Optional.of(consulKeys().get("/v1/kv/" + keys.leader()).path(0));
    } catch (UncheckedIOException | AssertionError e) {
      return Optional.empty();
    }
  }

  /** Another session than before the fault leads, in time. */
  Scenario expectLeaderWithin(Duration most) {
    until(
        "another leader",
        () -> !leaderSession().isEmpty() && !leaderSession().equals(leaderBefore));
    Duration took = sinceFault();
    times.put("leader", took);
    assertThat(took).as("time without a leader").isLessThan(most);
    return this;
  }

  /** The last event ends so. */
  Scenario expect(String status) {
    return expect(status, lastEvent);
  }

  Scenario expect(String status, String id) {
    lastEvent = id;
    during(Phase.ENDED);
    times.put("end", sinceFault());
    assertThat(status(id)).as("status of %s: %s", id, results(id)).isEqualTo(status);
    return this;
  }

  /** How often a task of the last event was started on a node. */
  Scenario expectRuns(String node, int no, int times) {
    assertThat(journal.of(lastEvent).stream().filter(line -> line.is(node, no, Mark.START)))
        .as("runs of task %s on %s", no, node)
        .hasSize(times);
    return this;
  }

  Scenario expectReason(String node, int no, String... reasons) {
    JsonNode result = consulKeys().json(keys.result(lastEvent, no, node), true).orElseThrow();
    assertThat(result.path("Reason").asText()).as("%s", result).isIn((Object[]) reasons);
    return this;
  }

  Duration sinceFault() {
    return Duration.ofNanos(System.nanoTime() - faultNanos);
  }

  Scenario measured(String what, Duration time) {
    times.put(what, time);
    return this;
  }

  Map<String, Duration> times() {
    return times;
  }

  String status(String id) {
    try {
      return consulKeys()
          .json(keys.result(id), true)
          .map(result -> result.path("Status").asText())
          .orElse("");
    } catch (UncheckedIOException e) {
      return "";
    }
  }

  Map<String, String> results(String id) {
    return keysOf("results/" + id);
  }

  /** Keys and values below the prefix, without it. */
  NavigableMap<String, String> keysOf(String part) {
    NavigableMap<String, String> found = new TreeMap<>();
    consulKeys()
        .all(keys.prefix() + part)
        .forEach((key, value) -> found.put(key.substring(keys.prefix().length()), value));
    return found;
  }

  /** Consul past all proxies. */
  ConsulKeys consulKeys() {
    return bench.keys(runningServer());
  }

  private String runningServer() {
    return Bench.SERVERS.stream().filter(bench.consul()::isRunning).findFirst().orElseThrow();
  }

  String logs() {
    return logs.stream().map(Scenario::read).collect(Collectors.joining("\n"));
  }

  /** Everything that agents of this node have said. */
  String log(String node) {
    return logs.stream()
        .filter(log -> log.getFileName().toString().startsWith(node + "-"))
        .map(Scenario::read)
        .collect(Collectors.joining());
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // How it ends

  /**
   * Undoes every fault; a process of ours that has ended, or is about to, is started again, as a
   * service is.
   */
  Scenario heal() {
    proxies.values().forEach(ConsulProxy::heal);
    agents.values().stream().filter(AgentProcess::isAlive).forEach(AgentProcess::resume);
    bench.heal();
    stopping.forEach(AgentProcess::awaitExit);
    stopping.clear();
    List<String> ended =
        Bench.NODES.stream()
            .filter(node -> !agents.containsKey(node) || !agents.get(node).isAlive())
            .toList();
    ended.forEach(this::start);
    ended.forEach(node -> agents.get(node).awaitStarted());
    return this;
  }

  /** After healing, an event that concerns every node ends in time, without further help. */
  Scenario probe() {
    long healed = System.nanoTime();
    fire("probe");
    Duration most = Duration.ofSeconds(30);
    await("the probe's end")
        .atMost(most)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () ->
                Bench.NODES.stream().allMatch(node -> has(node, 0, Mark.END))
                    && reached(Phase.ENDED));
    assertThat(status(lastEvent)).as("%s", results(lastEvent)).isEqualTo("success");
    times.put("probe", Duration.ofNanos(System.nanoTime() - healed));
    return this;
  }

  List<String> violations() {
    List<ConsulProxy.Answered> wire =
        proxies.values().stream().flatMap(proxy -> proxy.transactions().stream()).toList();
    return new Promises(
            accepted, repeatable, journal, keysOf(""), history, wire, canary, List.of(logs()))
        .violations();
  }

  /** For negative controls: with its gate taken away the promise must be seen to break. */
  Scenario expectViolationOf(int promise) {
    until(
        "a violation of promise " + promise,
        () -> violations().stream().anyMatch(what -> what.startsWith(promise + ": ")));
    brokenOnPurpose = true;
    return this;
  }

  /** Heals, probes, and checks every promise. */
  void verify() {
    if (brokenOnPurpose) {
      return;
    }
    heal();
    probe();
    accepted.forEach(
        id ->
            until("the end of " + id, () -> !Arrays.asList("", "inprogress").contains(status(id))));
    assertThat(violations()).as("violations").isEmpty();
  }

  @Override
  public void close() {
    agents.values().forEach(AgentProcess::close);
    proxies.values().forEach(ConsulProxy::close);
    bench.heal();
    history.close();
    for (String node : Bench.NODES) {
      bench.keys(node).putTo("/v1/agent/service/deregister/metronome-" + node, "");
    }
    consulKeys().delete("/v1/kv/" + keys.prefix() + "?recurse");
  }
}
