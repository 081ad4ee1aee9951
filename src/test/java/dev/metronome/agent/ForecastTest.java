package dev.metronome.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Status;
import dev.metronome.model.schedule.OperationTypes;
import dev.metronome.model.schedule.Schedule;
import dev.metronome.model.schedule.ScheduleReader;
import dev.metronome.model.schedule.VariableSource;
import dev.metronome.model.schedule.Variables;
import dev.metronome.pipeline.membership.Roster;
import dev.metronome.state.EventView;
import dev.metronome.state.NodeRun;
import dev.metronome.state.ResultReader;
import dev.metronome.state.forecast.Changes;
import dev.metronome.state.forecast.Fingerprint;
import dev.metronome.state.forecast.Forecast;
import dev.metronome.state.forecast.Forecaster;
import dev.metronome.state.forecast.UndefinedEventException;
import dev.metronome.testing.Member;
import dev.metronome.testing.NodeStates;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiwiproject.consul.model.agent.ImmutableRegistration;

/** What is foreseen and what then happens are the same, on whole agents. */
class ForecastTest {
  private static final String TASKS =
      """
      variables:
        target_service: app
        db_password: hunter22
      events:
        deploy:
          ordered_tasks:
            - {service: db, tag: primary, task: migrate}
            - {service: "{{target_service}}", task: configure}
            - {service: nobody, task: reload}
            - {task: sweep}
        fragile: {ordered_tasks: [{task: sweep}, {service: web, task: configure}, {task: reload}]}
        lenient: {ordered_tasks: [{service: web, task: tolerant}]}
        shifting: {ordered_tasks: [{service: shifty, task: reload}, {task: sweep}]}
        nowhere: {ordered_tasks: [{service: nobody, task: reload}]}
        drained: {ordered_tasks: [{service: db, task: reload, drain: 90}]}
        demanding: {ordered_tasks: [{service: nobody, task: reload, skippable: false}]}
        greeting: {task: sweep}
        filtered:
          ordered_tasks:
            - {service: app, tag: second, filter: '"first" in Service.Tags', task: reload}
            - {service: app, filter: '"first" in Service.Tags', task: configure}
            - {filter: 'Node.Node != "a"', task: sweep}
        once: {ordered_tasks: [{service: app, run_on: 1, task: configure}]}
        some: {ordered_tasks: [{run_on: "67%", task: sweep}]}
        held: {ordered_tasks: [{service: app, run_on: {holder: app/leader}, task: configure}]}
        unreadable:
          ordered_tasks:
            - {task: sweep}
            - {service: app, filter: 'Service.Port == eighty', task: configure}
            - {task: reload}
        unreadable_first: {ordered_tasks: [{filter: 'Node.Foo == 1', task: sweep}]}
      tasks:
        migrate:
          description: Changes the tables
          timeout: 60
          operations:
            - execute: {script: "test -n '{{db_password}}'; : {{who}} $METRONOME_PARAM_who"}
            - consul-kvs: {action: put, key: "x/{{who}}", value: "{{db_password}} {{role}} {{owner}}"}
            - consul-kvs: {action: get, key: "x/{{who}}", name: owner}
            - echo: {text: "owner {{owner}}, {{config.prefix}}, KNOWN-SECRET"}
        configure: {operations: [{echo: {text: configure}}]}
        reload: {operations: [{echo: {text: reload}}]}
        sweep: {operations: [{echo: {text: sweep}}]}
        tolerant: {unreachable: skip, operations: [{echo: {text: tolerant}}]}
      """;

  private static final String[] LIVING = {"a", "b", "c"};

  @TempDir static Path folder;
  private static AgentCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster = new AgentCluster(folder).pattern(TASKS).flag("start-timeout", "1s");
    for (String node : LIVING) {
      cluster.started(node);
    }
    service("a", "db", "primary");
    service("b", "db", "standby");
    service("b", "app", "first");
    service("c", "app", "second");
    await().until(() -> Roster.read(cluster.operator, cluster.keys).presences().size() == 3);
    await().until(() -> forecast("deploy").leader().isPresent());
    cluster.awaitTogether("greeting", LIVING);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private static void service(String node, String name, String tag) {
    try (ConsulConnection local = Member.connection(cluster.consul, node)) {
      local
          .endpoints()
          .consul()
          .agentClient()
          .register(
              ImmutableRegistration.builder().name(name).id(name).port(80).addTags(tag).build());
    }
  }

  private static Forecaster forecaster() {
    Schedule files =
        new ScheduleReader(OperationTypes.builtIn(), Variables.none())
            .read(List.of(folder.resolve("web/task.yml")))
            .schedule();
    assertThat(files.patterns()).hasSize(1);
    return new Forecaster(
        () -> files,
        cluster.operator,
        cluster.keys,
        true,
        services -> services,
        text -> text.replace("KNOWN-SECRET", "********"),
        Clock.systemUTC());
  }

  private static Forecast forecast(String event) {
    return forecaster()
        .of(Forecaster.imagined(event, Map.of(), Optional.empty(), false, Instant.now()));
  }

  /**
   * What an event has done, in the words of a forecast. A run in which a living agent did not take
   * a task within the start-timeout, since the machine was too slow for so short a one, says
   * nothing.
   */
  private static Happened happened(String event) {
    EventView view = ran(event);
    for (int again = 0; again < 50 && isLate(view); again++) {
      view = ran(event);
    }
    return new Happened(cluster.result(view.id()).orElseThrow(), words(view));
  }

  private record Happened(EventResult result, Map<String, String> tasks) {}

  private static EventView ran(String event) {
    String id = event + "-" + UUID.randomUUID();
    cluster.fire(id, event);
    cluster.ended(id);
    return new ResultReader(cluster.operator, cluster.keys, id).read().orElseThrow();
  }

  private static boolean isLate(EventView event) {
    List<String> living = List.of(LIVING);
    return event.tasks().stream()
        .flatMap(task -> task.nodes().stream())
        .filter(run -> living.contains(run.node()))
        .anyMatch(node -> node.message().orElse("").contains("no agent there takes the task"));
  }

  private static Map<String, String> words(EventView event) {
    Map<String, String> tasks = new TreeMap<>();
    event
        .tasks()
        .forEach(
            task ->
                tasks.put(
                    task.no() + " web/" + task.name(),
                    task.targets().stream().map(NodeRun::node).toList()
                        + " "
                        + task.status().word()));
    return tasks;
  }

  private static Map<String, String> foreseen(Forecast forecast) {
    Map<String, String> tasks = new TreeMap<>();
    forecast
        .tasks()
        .forEach(
            task ->
                task.outcome()
                    .ifPresent(
                        outcome ->
                            tasks.put(
                                task.title(), task.targets() + " " + outcome.status().word())));
    return tasks;
  }

  private static void agrees(Forecast forecast, Happened happened) {
    EventResult result = happened.result();
    assertThat(forecast.outcome().status()).isEqualTo(result.status());
    assertThat(forecast.outcome().reason()).isEqualTo(result.reason());
    assertThat(forecast.outcome().message()).isEqualTo(result.message());
  }

  /** What is foreseen of an event is what then happens. */
  private static void comesAbout(Forecast forecast) {
    comesAbout(forecast, happened(forecast.event()));
  }

  private static void comesAbout(Forecast forecast, Happened happened) {
    assertThat(happened.tasks()).isEqualTo(foreseen(forecast));
    agrees(forecast, happened);
  }

  @Test
  void a_node_in_maintenance_runs_its_tasks_and_the_plan_says_that_it_is() {
    String before = forecast("deploy").fingerprint();
    NodeStates.maintain(cluster.consul, "a", "a new kernel");
    try {
      Forecast forecast = forecast("deploy");
      assertThat(forecast.fingerprint()).isEqualTo(before);
      assertThat(foreseen(forecast)).containsEntry("0 web/migrate", "[a] success");
      assertThat(forecast.tasks().get(0).nodes().get(0).state())
          .hasValue("maintenance: a new kernel");
      Happened happened = happened("deploy");
      agrees(forecast, happened);
      assertThat(happened.result().leftOut()).isEmpty();
      assertThat(happened.tasks()).containsEntry("3 web/sweep", "[a, b, c] success");
    } finally {
      NodeStates.endMaintenance(cluster.consul, "a");
    }
  }

  @Test
  void tasks_nodes_and_end_are_those_that_then_come_about() {
    Forecast forecast = forecast("deploy");
    assertThat(forecast.doubts()).isEmpty();
    assertThat(foreseen(forecast))
        .containsEntry("0 web/migrate", "[a] success")
        .containsEntry("1 web/configure", "[b, c] success")
        .containsEntry("2 web/reload", "[] skip")
        .containsEntry("3 web/sweep", "[a, b, c] success");
    comesAbout(forecast);
  }

  @Test
  void a_filter_of_consuls_own_chooses_beside_service_and_tag() {
    Forecast forecast = forecast("filtered");
    assertThat(forecast.tasks().get(1).filter()).isEqualTo("app where \"first\" in Service.Tags");
    assertThat(foreseen(forecast))
        .containsEntry("0 web/reload", "[] skip")
        .containsEntry("1 web/configure", "[b] success")
        .containsEntry("2 web/sweep", "[b, c] success");
    comesAbout(forecast);
  }

  @Test
  void run_on_chooses_the_healthy_first_and_names_the_others() {
    Forecast forecast = forecast("once");
    assertThat(forecast.tasks().get(0).filter()).isEqualTo("app (run on 1)");
    assertThat(foreseen(forecast)).containsExactly(Map.entry("0 web/configure", "[b] success"));
    Happened once = happened("once");
    comesAbout(forecast, once);
    assertThat(once.result().leftOut())
        .hasValue("task 0 configure: 1 of 2; c left out: not chosen by run_on");

    NodeStates.maintain(cluster.consul, "b", "a new kernel");
    try {
      assertThat(foreseen(forecast("once"))).containsValue("[c] success");
      assertThat(happened("once").tasks()).containsValue("[c] success");
    } finally {
      NodeStates.endMaintenance(cluster.consul, "b");
    }
    assertThat(foreseen(forecast("some"))).containsValue("[a, b] success");
    assertThat(happened("some").tasks()).containsValue("[a, b] success");
  }

  @Test
  void run_on_a_holder_is_the_node_whose_session_holds_the_key() {
    Forecast nobody = forecast("held");
    assertThat(nobody.outcome().status()).isEqualTo(Status.SKIP);
    assertThat(nobody.tasks().get(0).outcome().flatMap(Outcome::message).orElse(""))
        .contains("nobody holds the key of run_on");
    agrees(nobody, happened("held"));
    try (Member holder = Member.of(Member.connection(cluster.consul, "c"), "c", "holder")) {
      holder.join();
      cluster.operator.commit(new Transaction().lock("app/leader", new byte[0], holder.session()));
      assertThat(foreseen(forecast("held"))).containsValue("[c] success");
      Happened held = happened("held");
      assertThat(held.tasks()).containsValue("[c] success");
      assertThat(held.result().leftOut())
          .hasValue("task 0 configure: 1 of 2; b left out: does not hold the key of run_on");
    }
  }

  @Test
  void a_filter_that_consul_cannot_read_ends_the_event_as_error_with_consuls_reason() {
    Forecast later = forecast("unreadable");
    assertThat(foreseen(later))
        .containsOnly(
            Map.entry("0 web/sweep", "[a, b, c] success"),
            Map.entry("1 web/configure", "[] error"));
    assertThat(later.outcome().message().orElse(""))
        .contains(
            "the nodes of web/configure are not known: Consul cannot read the filter: Failed to");
    agrees(later, happened("unreadable"));

    Forecast first = forecast("unreadable_first");
    assertThat(first.outcome().message().orElse("")).contains("Selector \"Node.Foo\" is not valid");
    agrees(first, happened("unreadable_first"));
  }

  @Test
  void a_failed_node_and_one_without_agent_end_it_in_the_same_words() {
    service("d", "web", "first");
    Forecast without = forecast("fragile");
    assertThat(without.tasks().get(1).nodes().get(0).condition())
        .isEqualTo(Forecast.Condition.NO_AGENT);
    assertThat(without.tasks().get(2).outcome()).isEmpty();
    comesAbout(without);

    cluster.consul.fail("d");
    Forecast failed = forecast("fragile");
    assertThat(failed.tasks().get(1).nodes().get(0).condition())
        .isEqualTo(Forecast.Condition.FAILED);
    agrees(failed, happened("fragile"));
    assertThat(failed.outcome().reason()).contains(Reason.UNREACHABLE);

    Forecast lenient = forecast("lenient");
    comesAbout(lenient);
  }

  @Test
  void an_event_for_nobody_is_foreseen_as_skip_or_timeout() {
    Forecast nowhere = forecast("nowhere");
    assertThat(nowhere.outcome().status()).isEqualTo(Status.SKIP);
    agrees(nowhere, happened("nowhere"));

    Forecast demanding = forecast("demanding");
    assertThat(demanding.outcome().status()).isEqualTo(Status.TIMEOUT);
    agrees(demanding, happened("demanding"));
  }

  @Test
  void other_files_of_nodes_and_of_the_leader_stand_out() throws Exception {
    Agent other = cluster.pattern(TASKS + "# changed\n").started("e");
    await().until(() -> Roster.read(cluster.operator, cluster.keys).presences().size() == 4);
    Forecast changed = forecast("deploy");
    assertThat(changed.differences()).hasSize(1);
    assertThat(changed.doubts()).anyMatch(doubt -> doubt.contains("web other here"));

    cluster.pattern(TASKS);
    Forecast own = forecast("deploy");
    other.close();
    cluster.awaitTogether("greeting", LIVING);
    assertThat(own.differences()).isEmpty();
    assertThat(own.tasks().get(3).nodes().get(0).node()).isEqualTo("e");
    assertThat(own.tasks().get(3).nodes().get(0).condition())
        .isEqualTo(Forecast.Condition.OTHER_FILES);
    assertThat(own.doubts())
        .anyMatch(doubt -> doubt.contains("3 web/sweep") && doubt.contains("on e: other"));
  }

  @Test
  void an_event_that_nobody_defines_has_no_plan() {
    assertThatThrownBy(() -> forecast("deplyo"))
        .isInstanceOf(UndefinedEventException.class)
        .hasMessage("no task file defines the event deplyo");
  }

  @Test
  void operations_are_filled_in_as_far_as_can_be_known_and_secrets_are_masked() {
    Forecast forecast =
        forecaster()
            .of(
                Forecaster.imagined(
                    "deploy",
                    Map.of("who", "world", "api_token", "s3cret-param"),
                    Optional.empty(),
                    false,
                    Instant.now()));
    List<Forecast.Operation> migrate = forecast.tasks().get(0).operations();
    assertThat(migrate.get(0).arguments().toString())
        .contains("test -n '********'; : {{who}} $METRONOME_PARAM_who");
    assertThat(migrate.get(1).arguments().toString())
        .contains("x/world", "******** {{role}} {{owner}}");
    assertThat(migrate.get(3).arguments().toString())
        .contains("owner {{owner}}, {{config.prefix}}, ********");
    assertThat(Json.text(forecast)).doesNotContain("hunter22", "KNOWN-SECRET", "s3cret-param");
  }

  @Test
  void the_fingerprint_stays_with_time_and_changes_with_nodes_files_tasks_and_parameters()
      throws Exception {
    Forecast first = forecast("shifting");
    Fingerprint print = Fingerprint.parse(first.fingerprint()).orElseThrow();
    happened("shifting");
    assertThat(Changes.since(print, forecast("shifting"))).isEmpty();
    assertThat(
            Changes.since(
                print,
                forecaster()
                    .of(
                        Forecaster.imagined(
                            "shifting", Map.of("x", "1"), Optional.empty(), false, Instant.now()))))
        .containsExactly("the parameters are others");
    assertThat(Changes.since(print, forecast("nowhere")).get(0))
        .isEqualTo("the event or its tasks are others; now nowhere: 0 web/reload");

    service("f", "shifty", "x");
    Forecast joined = forecast("shifting");
    assertThat(Changes.since(print, joined))
        .containsExactly("the nodes of task 0 web/reload are others; now f (no-agent)");
    assertThat(Changes.since(stored(first), joined))
        .containsExactly("task 0 web/reload: node f (no-agent) matches now");
    cluster.consul.fail("f");
    assertThat(Changes.since(stored(joined), forecast("shifting")))
        .containsExactly("task 0 web/reload: node f was no-agent, is failed");

    cluster.pattern(TASKS.replace("unreachable: skip", "timeout: 61"));
    assertThat(Changes.since(stored(forecast("lenient")), forecast("lenient"))).isEmpty();
    Forecast edited = forecast("shifting");
    cluster.pattern(TASKS);
    assertThat(Changes.since(stored(first), edited))
        .anyMatch(each -> each.startsWith("the digest of pattern web was "));
  }

  private static Forecast stored(Forecast forecast) {
    return Json.read("plan.json", Json.write(forecast), Forecast.class);
  }

  @Test
  void a_service_that_operations_may_not_take_out_of_traffic_is_a_doubt() {
    Forecast forecast = forecast("drained");

    assertThat(forecast.doubts())
        .contains(
            "task 0 web/reload takes db out of traffic (drain), and the operations' token here"
                + " lacks: service \"db\" { policy = \"write\" }");
    assertThat(forecast.tasks().get(0).plan().rollout().drainSeconds()).hasValue(90L);
    assertThat(forecast.tasks().get(0).plan().rollout().addedSeconds()).hasValue(90L);
    assertThat(forecast("nowhere").doubts()).noneMatch(doubt -> doubt.contains("out of traffic"));
  }

  @Test
  void variables_of_this_machine_are_filled_in() {
    Schedule files =
        new ScheduleReader(
                OperationTypes.builtIn(),
                Variables.none()
                    .with(VariableSource.VARIABLES_FILE, Map.of("owner", "ops", "role", "db")))
            .read(List.of(folder.resolve("web/task.yml")))
            .schedule();
    Forecast forecast =
        new Forecaster(
                () -> files,
                cluster.operator,
                cluster.keys,
                true,
                services -> Set.of(),
                text -> text,
                Clock.systemUTC())
            .of(Forecaster.imagined("deploy", Map.of(), Optional.empty(), false, Instant.now()));
    assertThat(forecast.tasks().get(0).operations().get(1).arguments().toString())
        .contains("{{role}} ops");
    assertThat(forecast.tasks().get(0).operations().get(3).arguments().toString())
        .contains("owner {{owner}}");
  }
}
