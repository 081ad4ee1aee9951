package dev.metronome.base.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.metronome.base.crash.Journal.Mark;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.ConsulSettings;
import dev.metronome.consul.ConsulUnavailableException;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Keys;
import dev.metronome.pipeline.queue.EventQueue;
import dev.metronome.testing.AgentProcess;
import dev.metronome.testing.ConsulKeys;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

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

  private static final AtomicInteger COUNT = new AtomicInteger();

  private final Bench bench;
  private final int number = COUNT.incrementAndGet();
  private final Keys keys = new Keys("metronome-" + number + "/");
  private final String canary = "canary-" + number + "-5c3a9d71";
  private final Site site = Site.prepare(canary);
  private final Sight sight;
  private final ScenarioAgents agents;
  private final History history;
  private final List<String> accepted = new ArrayList<>();
  private final Set<String> repeatable = new LinkedHashSet<>();
  private final Map<String, Duration> times = new LinkedHashMap<>();
  private final AtomicInteger fired = new AtomicInteger();
  private String lastEvent = "";
  private String leaderBefore = "";
  private long faultNanos = System.nanoTime();
  private boolean brokenOnPurpose;

  private Scenario(Bench bench) {
    this.bench = bench;
    this.sight = new Sight(bench, keys);
    this.agents = new ScenarioAgents(bench, site, keys.prefix());
    this.history = History.of(() -> bench.consul().http(bench.runningServer()), keys.prefix());
  }

  static Scenario prepare() {
    return new Scenario(Bench.shared());
  }

  // What runs

  /** How many seconds the second task of event {@code slow} takes. */
  Scenario lasting(String seconds) {
    site.lasting(seconds);
    return this;
  }

  /** Other task files; scripts find {@code step} beside them. */
  Scenario tasks(String yaml) {
    site.write(yaml);
    return this;
  }

  /** Settings of all agents that are started from now on. */
  Scenario with(String... more) {
    agents.with(List.of(more));
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
        .atMost(Duration.ofMinutes(3))
        .until(() -> leaderNow().equals(node));
    leaderBefore = leaderSession();
    return this;
  }

  /** Starts the agents that do not run yet. */
  Scenario others(String... jvm) {
    List<String> unborn = agents.unborn();
    unborn.forEach(node -> start(node, jvm));
    unborn.forEach(node -> agent(node).awaitStarted());
    return this;
  }

  /** Starts an agent, also in the place of one that has ended; does not wait. */
  AgentProcess start(String node, String... jvm) {
    return start(node, List.of(jvm), List.of());
  }

  AgentProcess start(String node, List<String> jvm, List<String> more) {
    return agents.start(node, jvm, more);
  }

  /** Starts one more agent on a node that has one; does not wait. */
  AgentProcess beside(String node, String... more) {
    return agents.beside(node, List.of(more));
  }

  /** Waits for an agent's end and starts another, as a service manager does. */
  Scenario restarted(String node) {
    agent(node).awaitExit();
    start(node).awaitStarted();
    return this;
  }

  /** The same, by a service manager that waits before it starts another. */
  Scenario restartedAfter(Duration pause, String node) {
    agent(node).awaitExit();
    await("the pause before a restart")
        .pollDelay(pause)
        .atMost(pause.multipliedBy(6))
        .until(() -> true);
    return restarted(node);
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
    int port = bench.consul().httpPort(bench.runningServer());
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
      case QUEUED -> keysOf("queued/").containsKey("queued/" + lastEvent);
      case RUNNING -> has(Bench.APP, 1, Mark.START);
      case ENDED -> !List.of("", "inprogress").contains(status(lastEvent));
    };
  }

  /** Whether an operation of the last event has come to this mark. */
  boolean has(String node, int no, Mark mark) {
    return journal().of(lastEvent).stream().anyMatch(line -> line.is(node, no, mark));
  }

  Scenario until(String what, BooleanSupplier condition) {
    await(what)
        .atMost(Duration.ofMinutes(5))
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
    agent(node).kill();
    return this;
  }

  /** SIGTERM. */
  Scenario terminate(String node) {
    fault();
    agents.terminate(node);
    return this;
  }

  Scenario pause(String node) {
    fault();
    agent(node).pause();
    return this;
  }

  Scenario resume(String node) {
    agent(node).resume();
    return this;
  }

  /** Waits until an agent has halted at the crash point that it was started with. */
  Scenario crashed(String node) {
    assertThat(agent(node).awaitExit())
        .as("exit code of the agent on %s", node)
        .isEqualTo(CrashPoint.EXIT_CODE);
    faultNanos = System.nanoTime(); // another one may lead already
    return this;
  }

  static String crashAt(String point) {
    return "-Dmetronome.crash=" + point;
  }

  ConsulProxy proxy(String node) {
    return agents.proxy(node);
  }

  List<ConsulProxy> proxies() {
    return agents.proxies();
  }

  Bench bench() {
    return bench;
  }

  AgentProcess agent(String node) {
    return agents.agent(node);
  }

  Keys keys() {
    return keys;
  }

  Path folder() {
    return site.folder();
  }

  Journal journal() {
    return site.journal();
  }

  // What is seen

  /** What the agent of a node says of itself in Consul. */
  String presence(String node) {
    return keysOf("nodes/" + node + "/agent").getOrDefault("nodes/" + node + "/agent", "");
  }

  /** Whether the agent of a node has a session. */
  boolean locked(String node) {
    return sight.hasSession(node);
  }

  /** The stored log of a task of the last event. */
  String stored(String node, int no) {
    String key = "results/" + lastEvent + "/" + no + "/" + node + "/log";
    return keysOf(key).getOrDefault(key, "");
  }

  /** The node that leads; waits for one. */
  String leader() {
    until("a leader", () -> !leaderNow().isEmpty());
    return leaderNow();
  }

  /** The node whose agent holds the lock; empty if none does. */
  String leaderNow() {
    return sight.leader();
  }

  String leaderSession() {
    return sight.leaderSession();
  }

  /**
   * Notes the time since the fault. It is held against the design's figure only by {@code
   * -Dfigures=true}, as with the profile faults: a figure of an idle machine, where a busy one
   * takes as long as it takes.
   */
  Scenario within(String what, Duration most) {
    return within(what, sinceFault(), most);
  }

  private Scenario within(String what, Duration took, Duration most) {
    times.put(what, took);
    if (Boolean.getBoolean("figures")) {
      assertThat(took).as("time until: %s", what).isLessThan(most);
    }
    return this;
  }

  /** Another session than before the fault leads, though that would have lasted for long. */
  Scenario expectLeaderWithin(Duration most) {
    until(
        "another leader",
        () -> !leaderSession().isEmpty() && !leaderSession().equals(leaderBefore));
    return within("leader", most);
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
    assertThat(journal().of(lastEvent).stream().filter(line -> line.is(node, no, Mark.START)))
        .as("runs of task %s on %s", no, node)
        .hasSize(times);
    return this;
  }

  /** What the nodes wrote while they ran a task of the last event: {@code app-1 START}. */
  List<String> journalOf(int no) {
    return journal().of(lastEvent).stream()
        .filter(line -> line.no() == no)
        .map(line -> line.node() + " " + line.mark())
        .toList();
  }

  /** A time in the result of a node of the last event. */
  Instant nodeTime(String node, int no, String field) {
    JsonNode result = consulKeys().json(keys.result(lastEvent, no, node)).orElseThrow();
    return Instant.parse(result.path(field).asText());
  }

  Scenario expectReason(String node, int no, String... reasons) {
    JsonNode result = consulKeys().json(keys.result(lastEvent, no, node)).orElseThrow();
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
    return sight.status(id);
  }

  Map<String, String> results(String id) {
    return keysOf("results/" + id);
  }

  /** Keys and values below the prefix, without it. */
  NavigableMap<String, String> keysOf(String part) {
    return sight.below(part);
  }

  /** How many events wait in the event queue; 0 if nobody can be asked. */
  int waiting() {
    try {
      return keysOf("queued/").size();
    } catch (UncheckedIOException e) {
      return 0;
    }
  }

  /** Consul past all proxies. */
  ConsulKeys consulKeys() {
    return sight.consul();
  }

  String logs() {
    return agents.log(Bench.NODES);
  }

  /** Everything that agents of this node have said. */
  String log(String node) {
    return agents.log(List.of(node));
  }

  // How it ends

  /**
   * Undoes every fault; a process of ours that has ended, or is about to, is started again, as a
   * service is.
   */
  Scenario heal() {
    proxies().forEach(ConsulProxy::heal);
    agents.resumeAll();
    bench.heal();
    agents.awaitStopped();
    List<String> absent = agents.absent();
    absent.forEach(this::start);
    absent.forEach(node -> agent(node).awaitStarted());
    return awaitSessions();
  }

  /** Undoes what was done to Consul alone; each agent comes back by itself. */
  Scenario healConsul() {
    bench.heal();
    return awaitSessions();
  }

  /** An event that begins while an agent is still out of service does without its node. */
  private Scenario awaitSessions() {
    return until(
        "every agent has a session again", () -> Bench.NODES.stream().allMatch(this::locked));
  }

  /** After healing, an event that concerns every node ends in time, without further help. */
  Scenario probe() {
    long healed = System.nanoTime();
    fire("probe");
    await("the probe's end")
        .atMost(Duration.ofMinutes(5))
        .pollInterval(Duration.ofMillis(20))
        .until(
            () ->
                Bench.NODES.stream().allMatch(node -> has(node, 0, Mark.END))
                    && reached(Phase.ENDED));
    assertThat(status(lastEvent)).as("%s", results(lastEvent)).isEqualTo("success");
    return within("probe", Duration.ofNanos(System.nanoTime() - healed), Duration.ofSeconds(30));
  }

  List<String> violations() {
    List<ConsulProxy.Answered> wire =
        proxies().stream().flatMap(proxy -> proxy.transactions().stream()).toList();
    return new Promises(
            accepted, repeatable, journal(), keysOf(""), history, wire, canary, List.of(logs()))
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
    await("what is to come a moment later") // also an event's last key may go
        .pollDelay(Duration.ZERO)
        .untilAsserted(() -> assertThat(violations()).as("violations").isEmpty());
  }

  @Override
  public void close() {
    agents.close();
    bench.heal();
    history.close();
    for (String node : Bench.NODES) {
      bench.keys(node).status("/v1/agent/service/deregister/metronome-" + node, "PUT", "");
    }
    consulKeys().delete("/v1/kv/" + keys.prefix() + "?recurse");
  }
}
