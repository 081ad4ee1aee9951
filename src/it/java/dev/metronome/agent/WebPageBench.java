package dev.metronome.agent;

import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Cancellation;
import dev.metronome.model.record.Claim;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Status;
import dev.metronome.model.record.TaskResult;
import dev.metronome.pipeline.steering.Canceller;
import dev.metronome.testing.Browser;
import dev.metronome.testing.Page;
import dev.metronome.testing.Records;
import dev.metronome.testing.SingleConsul;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Two agents, a and b, whose scripts wait for a file, and a browser with the page of a. */
final class WebPageBench implements AutoCloseable {

  private static final String PATTERN =
      """
      windows:
        past: {deny: true, from: 2020-01-01T00:00Z, to: 2020-01-02T00:00Z}
        later: {from: %1$s, to: %2$s}
      events:
        beside: {task: prepare, lane: aside}
        anytime: {task: prepare, window: past}
        someday: {task: prepare, window: [later, past]}
        nightly: {task: prepare, cron: {at: "0 3 29 2 *", zone: Europe/Berlin}}
        deploy:
          description: Waits for the gate
          ordered_tasks: [{task: prepare}, {task: wait}, {task: finish}]
        back:
          on_error: undo
          ordered_tasks: [{task: prepare}, {task: break}, {task: finish}]
          finally: [{task: finish}]
        asking:
          ordered_tasks:
            - approve: {message: "To <b>production</b>?", by: [http, alice]}
            - {task: prepare}
        hasty: {ordered_tasks: [{approve: {message: "To <b>production</b>?", by: http, timeout: 4s}}]}
        quick: {ordered_tasks: [{task: prepare}]}
        aside: {lane: side, ordered_tasks: [{task: wait}]}
        versioned:
          parameters:
            version: {required: true, pattern: "[0-9.]+", description: what to install}
          task: prepare
        rolling: {ordered_tasks: [{task: wait, serial: 1}]}
        half: {ordered_tasks: [{task: half}, {task: finish}]}
        last: {ordered_tasks: [{task: prepare}, {task: break}]}
        stopping: {ordered_tasks: [{task: break, serial: 1}]}
        both: {ordered_tasks: [{task: fail}, {task: finish}]}
        gated: {ordered_tasks: [{service: app, task: prepare, serial: 1, health: {for: 0, within: 10m}}]}
        impatient: {ordered_tasks: [{service: app, task: prepare, health: {for: 0, within: 1s}}]}
        broken:
          ordered_tasks: [{task: prepare}, {task: break}, {task: finish}]
      tasks:
        prepare: {operations: [{echo: {text: prepared}}], undo: [{echo: {text: taken back}}]}
        wait:
          operations:
            - execute:
                script: |
                  echo waiting for the gate
                  until test -e "$METRONOME_PARAM_gate"; do sleep 0.05; done
                  echo through
        fail: {operations: [{execute: {script: "seq 12; exit 3"}}]}
        half:
          operations:
            - execute:
                script: |
                  test "$METRONOME_NODE" = b || exit 1
                  until test -e "$METRONOME_PARAM_gate"; do sleep 0.05; done
        break:
          operations:
            - execute:
                script: |
                  printf '<b id="bold">not bold</b> <img src=x onerror=alert(1)>\\033[31m red\\n'
                  test -e "$METRONOME_PARAM_gate" || test "$METRONOME_NODE" = b
        finish: {operations: [{echo: {text: finished}}]}
      """;

  final Page page;
  final AgentCluster cluster;
  private final Path folder;
  private final String node;
  private Agent agent;
  private final List<String> fired = new ArrayList<>();
  private Path gate;

  WebPageBench(Path folder) throws Exception {
    this(folder, PATTERN, "a", "b");
  }

  /**
   * Other agents, the first of which the page is of.
   *
   * @param pattern may name a window of next year, from {@code %1$s} to {@code %2$s}
   */
  WebPageBench(Path folder, String pattern, String... nodes) throws Exception {
    this.folder = folder;
    page = new Page(Browser.start());
    Instant nextYear = Instant.now().plus(365, ChronoUnit.DAYS).truncatedTo(ChronoUnit.DAYS);
    cluster = new AgentCluster(folder).flag("kill-grace", "1s");
    cluster.pattern(pattern.formatted(nextYear, nextYear.plus(1, ChronoUnit.DAYS)));
    // One that stays free while nobody listens: the browser goes on to ask there.
    cluster.flag("http-port", Integer.toString(SingleConsul.freePort()));
    this.node = nodes[0];
    cluster.flag("role", "web,cache");
    agent = cluster.started(node);
    cluster.flag("http-port", "0");
    for (String other : List.of(nodes).subList(1, nodes.length)) {
      cluster.started(other);
    }
    shut();
  }

  /** Another gate, which is shut, and no page yet. */
  void shut() {
    gate = folder.resolve("gate" + System.nanoTime());
    page.open("about:blank").screen(1280, 900);
  }

  /** Lets the scripts of all events since {@link #shut} go on. */
  void open() throws IOException {
    Files.writeString(gate, "");
  }

  Path gate() {
    return gate;
  }

  /** Has an event accepted; not by the page. */
  String fire(String event) {
    return fire(event, Map.of("gate", gate.toString()));
  }

  /** The same, with these parameters. */
  String fire(String event, Map<String, String> params) {
    String id = event + System.nanoTime();
    fired.add(id);
    cluster.fire(id, event, params);
    return id;
  }

  /** Ends what a test has left behind. */
  void clear() {
    Canceller canceller = new Canceller(cluster.operator, cluster.keys);
    fired.forEach(
        id -> {
          canceller.cancel(id, new Cancellation("test", Instant.now(), Optional.empty()));
          cluster.ended(id);
        });
    fired.clear();
  }

  /** The same, to its end. */
  String fired(String event) {
    String id = fire(event);
    cluster.ended(id);
    return id;
  }

  int port() {
    return agent.port();
  }

  String url(String place) {
    return "http://127.0.0.1:" + port() + "/" + place;
  }

  /** Ends the agent that the page came from. */
  void leave() {
    agent.close();
  }

  /** Starts it again where it was. */
  void comeBack() throws InterruptedException {
    cluster.flag("http-port", Integer.toString(agent.port()));
    agent = cluster.started(node);
  }

  /** An event of two tasks that ended on many nodes, the second with an error on app77. */
  String ended(int nodes) {
    String id = "many" + System.nanoTime();
    List<String> names = IntStream.rangeClosed(1, nodes).mapToObj(i -> "app" + i).toList();
    List<PlannedTask> both = List.of(Records.task(0, "fetch"), Records.task(1, "install"));
    Plan first = Records.plan(id, both).open(Records.NOON, names);
    Plan second = first.next(Status.SUCCESS).open(Records.NOON.plusSeconds(30), names);
    Outcome failed = Outcome.error(Reason.FAILED, "the script ended with exit code 1");
    set(cluster.keys.endedPlan(id), second);
    set(
        cluster.keys.result(id),
        EventResult.ended(first.event(), Records.NOON, Records.NOON.plusSeconds(60), failed));
    tasks(first, names, Outcome.success());
    tasks(second, names, failed);
    return id;
  }

  private void tasks(Plan plan, List<String> names, Outcome outcome) {
    String id = plan.event().id();
    Instant end = plan.openedAt().orElseThrow().plusSeconds(20);
    set(cluster.keys.result(id, plan.current()), TaskResult.ended(plan, end, outcome));
    for (String node : names) {
      Claim claim =
          Claim.running(Records.assignment(id, plan.current()), node, "x", 1, end.minusSeconds(19));
      Outcome own = node.equals("app77") ? outcome : Outcome.success();
      set(cluster.keys.result(id, plan.current(), node), NodeResult.of(claim.ended(end, own)));
    }
  }

  private void set(String key, Object record) {
    write(key, Json.write(record));
  }

  void write(String key, byte[] value) {
    cluster.operator.commit(new Transaction().set(key, value));
  }

  @Override
  public void close() {
    cluster.close();
    page.close();
  }
}
