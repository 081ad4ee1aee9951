package dev.metronome.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Transaction;
import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.model.record.Claim;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Format;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Lead;
import dev.metronome.model.record.LeftOut;
import dev.metronome.model.record.NewerRecordException;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.Presence;
import dev.metronome.model.record.Presence.PatternPresence;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.TaskResult;
import dev.metronome.pipeline.queue.EventQueue;
import dev.metronome.testing.FaultyConsul;
import dev.metronome.testing.Member;
import dev.metronome.testing.NodeStates;
import dev.metronome.testing.Records;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ViewerTest {
  private static final Keys KEYS = new Keys(Keys.DEFAULT_PREFIX);

  private final EmbeddedConsul consul = EmbeddedConsul.start();
  private final Member member = Member.joined(consul, "n1");
  private final ConsulConnection connection = member.connection();
  private final Clock clock = Clock.systemUTC();
  private final Viewer viewer = new Viewer(connection, KEYS, clock);

  @AfterEach
  void stop() {
    member.close();
    consul.close();
  }

  private void set(String key, Object record) {
    connection.commit(new Transaction().set(key, Json.write(record)));
  }

  private void lock(String key, Object record) {
    connection.commit(new Transaction().lock(key, Json.write(record), member.session()));
  }

  private void log(String key, String text) {
    connection.commit(new Transaction().set(key, text.getBytes(StandardCharsets.UTF_8)));
  }

  private void agent(String node, Map<String, PatternPresence> patterns) {
    agent(node, patterns, Optional.empty());
  }

  private void agent(String node, String original) {
    agent(node, Map.of(), Optional.of(original));
  }

  private void agent(
      String node, Map<String, PatternPresence> patterns, Optional<String> original) {
    lock(
        KEYS.presence(node),
        new Presence(
            Format.CURRENT,
            node,
            "1.0",
            "host boot",
            7,
            Records.NOON,
            node + "/1",
            patterns,
            Optional.empty(),
            Map.of(),
            original));
  }

  private static PatternPresence pattern(String digest) {
    return new PatternPresence(digest.repeat(64 / digest.length()), List.of("deploy"));
  }

  private static EventResult ended(String id, Instant at, Outcome how) {
    return EventResult.ended(Records.event(id), at, at.plusSeconds(3), how);
  }

  private Plan running(String id) {
    Plan plan =
        Records.plan(id, 3)
            .next(dev.metronome.model.record.Status.SUCCESS)
            .open(Records.NOON.plusSeconds(9), List.of("n1", "n2", "n3"));
    set(KEYS.plan(id), plan);
    set(KEYS.result(id), EventResult.started(plan.event(), plan.startedAt()));
    set(KEYS.result(id, 1), TaskResult.opened(plan));
    return plan;
  }

  private Claim claimed(Plan plan, String node) {
    return new Claim(
        Format.CURRENT,
        plan.event().id(),
        plan.current(),
        node,
        node + "/1",
        1,
        Records.NOON.plusSeconds(10),
        Optional.empty(),
        Optional.empty());
  }

  private List<NodeView> nodes() {
    return viewer.nodes().stream().filter(node -> !node.node().equals("embedded-server")).toList();
  }

  @Test
  void an_empty_cluster_has_nothing_to_show() {
    ClusterView cluster = viewer.cluster();
    assertThat(cluster.leader()).isEmpty();
    assertThat(cluster.agents()).isEmpty();
    assertThat(cluster.queue()).isEqualTo(new QueueView(0, List.of()));
    assertThat(cluster.running()).isEmpty();
    assertThat(viewer.events(EventQuery.newest(5)).events()).isEmpty();
    assertThat(viewer.event("nobody")).isEmpty();
    assertThat(viewer.ids("")).isEmpty();
  }

  @Test
  void the_running_event_tells_who_is_done_who_runs_and_who_is_awaited_until_when() {
    lock(KEYS.leader(), Lead.of("n1", "n1/1", Duration.ofMinutes(2), Duration.ofHours(1)));
    Plan plan = running("e1");
    Claim done = claimed(plan, "n1").ended(Records.NOON.plusSeconds(11), Outcome.success());
    lock(KEYS.claim("e1", 1, "n1"), done);
    lock(KEYS.claim("e1", 1, "n2"), claimed(plan, "n2"));

    ClusterView cluster = viewer.cluster();
    assertThat(cluster.leader().map(ClusterView.Leader::node)).contains("n1");
    ClusterView.Running running = cluster.running().orElseThrow();
    assertThat(running.tasks()).isEqualTo(3);
    assertThat(running.task().no()).isEqualTo(1);
    Instant opened = Records.NOON.plusSeconds(9);
    assertThat(running.task().nodes())
        .extracting(NodeRun::node, NodeRun::status, NodeRun::until)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("n1", State.SUCCESS, Optional.empty()),
            org.assertj.core.groups.Tuple.tuple(
                "n2", State.INPROGRESS, Optional.of(opened.plusSeconds(3_600))),
            org.assertj.core.groups.Tuple.tuple(
                "n3", State.ASSIGNED, Optional.of(opened.plusSeconds(120))));
  }

  @Test
  void what_the_leader_has_found_of_the_original_is_said_and_nobody_elses() {
    agent("n1", "what it saw when it led");
    agent("n2", "an agent of the original is at work");
    assertThat(viewer.cluster().original()).isEmpty();

    lock(KEYS.leader(), Lead.of("n2", "n2/1", Duration.ofMinutes(2), Duration.ofHours(1)));
    assertThat(viewer.cluster().original()).containsExactly("an agent of the original is at work");
  }

  @Test
  void a_leader_without_its_lock_leads_nobody() {
    set(KEYS.leader(), Lead.of("n1", "n1/1", Duration.ofMinutes(2), Duration.ofHours(1)));
    assertThat(viewer.cluster().leader()).isEmpty();
  }

  @Test
  void events_come_newest_first_with_those_that_wait_and_only_those_asked_for() {
    set(KEYS.result("old"), ended("old", Records.NOON.minusSeconds(60), Outcome.success()));
    set(
        KEYS.result("bad"),
        ended("bad", Records.NOON.minusSeconds(30), Outcome.error(Reason.FAILED, "it broke")));
    Event waiting =
        Event.of("new", "deploy", Map.of("secret", "hunter22"), Records.NOON, "fire", "root@host");
    new EventQueue(connection, KEYS, clock).accept(waiting);

    EventPage all = viewer.events(EventQuery.newest(2));
    assertThat(all.events()).extracting(EventSummary::id).containsExactly("new", "bad");
    assertThat(all.matching()).isEqualTo(3);
    assertThat(Json.text(all)).doesNotContain("hunter22").contains("\"Status\":\"queued\"");

    EventQuery failed = new EventQuery(Set.of(State.ERROR), Optional.empty(), 9);
    assertThat(viewer.events(failed).events()).extracting(EventSummary::id).containsExactly("bad");
    EventQuery recent = new EventQuery(Set.of(), Optional.of(Records.NOON.minusSeconds(31)), 9);
    assertThat(viewer.events(recent).events())
        .extracting(EventSummary::id)
        .containsExactly("new", "bad");
  }

  @Test
  void an_unreadable_result_hides_no_other() {
    log(KEYS.result("broken"), "{");
    set(KEYS.result("fine"), ended("fine", Records.NOON, Outcome.success()));
    assertThat(viewer.events(EventQuery.newest(9)).events())
        .extracting(EventSummary::id)
        .containsExactly("fine");
  }

  @Test
  void an_event_is_shown_with_tasks_nodes_and_what_is_still_to_come() throws Exception {
    Plan plan = running("e1");
    set(KEYS.result("e1", 1, "n1"), NodeResult.of(claimed(plan, "n1")));
    log(KEYS.log("e1", 1, "n1"), "hello");

    EventView event = viewer.event("e1").orElseThrow();
    assertThat(event.tasks())
        .extracting(TaskView::no, TaskView::status)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(0, State.WAITING),
            org.assertj.core.groups.Tuple.tuple(1, State.INPROGRESS),
            org.assertj.core.groups.Tuple.tuple(2, State.WAITING));
    assertThat(event.tasks()).extracting(TaskView::pattern).containsOnly(Optional.of("web"));
    JsonNode json = Json.mapper().readTree(Json.write(event));
    assertThat(json.get("ID").asText()).isEqualTo("e1");
    assertThat(json.at("/Tasks/1/Nodes/0/Status").asText()).isEqualTo("inprogress");
    assertThat(json.at("/Tasks/1/Nodes/1/Status").asText()).isEqualTo("assigned");
    assertThat(viewer.log("e1", 1, "n1")).contains("hello");
    assertThat(viewer.log("e1", 1, "n2")).isEmpty();
  }

  @Test
  void a_beginning_finds_events_that_wait_and_that_have_a_result() {
    set(KEYS.result("abc-1"), ended("abc-1", Records.NOON, Outcome.success()));
    set(KEYS.result("abc-1", 0), TaskResult.opened(Records.plan("abc-1", 1)));
    new EventQueue(connection, KEYS, clock).accept(Records.event("abc-2"));
    set(KEYS.result("abd"), ended("abd", Records.NOON, Outcome.success()));
    assertThat(viewer.ids("abc")).containsExactly("abc-1", "abc-2");
  }

  @Test
  void a_node_whose_files_differ_from_the_leaders_stands_out() {
    lock(KEYS.leader(), Lead.of("n1", "n1/1", Duration.ofMinutes(2), Duration.ofHours(1)));
    agent("n1", Map.of("web", pattern("a"), "db", pattern("b")));
    agent("n2", Map.of("web", pattern("c"), "more", pattern("d")));
    consul.agent("n3");

    List<NodeView> nodes = nodes();
    assertThat(nodes).extracting(NodeView::node).containsExactly("n1", "n2", "n3");
    assertThat(nodes.get(0).role()).isEqualTo(NodeView.Role.LEADER);
    assertThat(nodes.get(0).differences()).isEmpty();
    assertThat(nodes.get(0).consul()).isEqualTo(NodeView.Health.ALIVE);
    assertThat(nodes.get(1).differences())
        .containsExactlyInAnyOrder(
            new NodeView.Difference("db", NodeView.Difference.Kind.MISSING),
            new NodeView.Difference("web", NodeView.Difference.Kind.OTHER),
            new NodeView.Difference("more", NodeView.Difference.Kind.ADDITIONAL));
    assertThat(nodes.get(2).agent()).isEqualTo(NodeView.Life.NONE);
  }

  @Test
  void a_node_in_maintenance_or_with_a_critical_check_is_not_failed_and_says_why() {
    NodeStates.maintain(consul, "n1", "a new kernel");
    NodeStates.criticalCheck(consul, "n2", "disk");
    NodeStates.catalogOnly(consul, "n3", "db");
    consul.agent("n4");
    consul.fail("n4");

    assertThat(nodes())
        .extracting(node -> node.node() + " " + node.consul().word() + node.consulNote())
        .containsExactly(
            "n1 maintenanceOptional[a new kernel]",
            "n2 criticalOptional[disk]",
            "n3 aliveOptional.empty",
            "n4 failedOptional.empty");
  }

  @Test
  void a_node_that_was_left_out_stands_in_its_task_as_skipped_and_is_counted() {
    Plan plan =
        Records.plan("e1", 1)
            .open(Records.NOON, List.of("n1"), LeftOut.all(List.of("n2"), LeftOut.NO_AGENT));
    set(KEYS.plan("e1"), plan);
    set(KEYS.result("e1"), EventResult.started(plan.event(), plan.startedAt()));
    set(KEYS.result("e1", 0), TaskResult.opened(plan));

    TaskView task = viewer.event("e1").orElseThrow().tasks().get(0);
    assertThat(task.leftOut()).hasValue("1 of 2; n2 left out: no agent");
    assertThat(task.in(State.SKIP)).extracting(NodeRun::node).containsExactly("n2");
    assertThat(task.in(State.SKIP).get(0).message()).hasValue("left out: no agent");
    TaskView running = viewer.cluster().running().orElseThrow().task();
    assertThat(running.leftOut()).isEqualTo(task.leftOut());
    assertThat(running.nodes()).extracting(NodeRun::node).containsExactly("n1", "n2");
  }

  @Test
  void of_many_failed_nodes_none_seems_to_be_awaited_after_the_end() {
    List<String> failed = IntStream.range(10, 40).mapToObj(i -> "n" + i).toList();
    Plan plan = Records.plan("e1", 1).open(Records.NOON, failed);
    Outcome how = Outcome.error(Reason.UNREACHABLE, "all of them");
    set(KEYS.result("e1"), ended("e1", Records.NOON, how));
    set(KEYS.result("e1", 0), TaskResult.ended(plan, Records.NOON, how));

    TaskView task = viewer.event("e1").orElseThrow().tasks().get(0);
    assertThat(task.failures()).hasSize(30);
  }

  @Test
  void a_node_tells_what_it_does_and_a_presence_without_lock_is_gone() {
    agent("n1", Map.of());
    Plan plan = running("e1");
    lock(KEYS.claim("e1", 1, "n1"), claimed(plan, "n1"));
    set(
        KEYS.presence("n2"),
        new Presence(
            Format.CURRENT,
            "n2",
            "1.0",
            "h",
            7,
            Records.NOON,
            "n2/1",
            Map.of(),
            Optional.empty(),
            Map.of(),
            Optional.empty()));
    List<NodeView> nodes = nodes();
    assertThat(nodes.get(0).doing().orElseThrow().status()).isEqualTo(State.INPROGRESS);
    assertThat(nodes.get(1).agent()).isEqualTo(NodeView.Life.GONE);
    assertThat(nodes.get(1).doing().orElseThrow().status()).isEqualTo(State.ASSIGNED);
  }

  @Test
  void a_thousand_events_cost_some_twenty_requests_and_no_log_and_then_few() {
    List<Transaction> all = new ArrayList<>();
    Transaction next = new Transaction();
    for (int i = 0; i < 1_000; i++) {
      String id = "event-" + i;
      next.set(
              KEYS.result(id),
              Json.write(ended(id, Records.NOON.plusSeconds(i), Outcome.success())))
          .set(KEYS.log(id, 0, "n1"), new byte[4_000]);
      if (next.size() == Transaction.MAX_OPERATIONS || i == 999) {
        all.add(next);
        next = new Transaction();
      }
    }
    all.forEach(connection::commit);
    try (ConsulConnection own = Member.connection(consul, "n1")) { // no session is renewed over it
      assertFewRequests(own, new Viewer(own, KEYS, clock));
    }
  }

  private static void assertFewRequests(ConsulConnection own, Viewer viewer) {
    long before = own.requests();
    EventPage page = viewer.events(EventQuery.newest(1_000));
    assertThat(page.events()).hasSize(1_000);
    assertThat(page.events().get(0).id()).isEqualTo("event-999");
    assertThat(own.requests() - before).isLessThanOrEqualTo(20);
    before = own.requests();
    EventPage again = viewer.events(EventQuery.newest(20));
    assertThat(own.requests() - before).isLessThanOrEqualTo(3);
    assertThat(again.events()).isEqualTo(page.events().subList(0, 20));
    assertThat(again.matching()).isEqualTo(1_000);
    EventQuery failed = new EventQuery(Set.of(State.ERROR), Optional.empty(), 1_000);
    assertThat(viewer.events(failed)).isEqualTo(new EventPage(List.of(), 0, 1_000, List.of()));
  }

  @Test
  void neither_the_status_nor_a_list_of_events_reads_a_log() {
    lock(KEYS.leader(), Lead.of("n1", "n1/1", Duration.ofMinutes(2), Duration.ofHours(1)));
    Plan plan = running("e1");
    lock(KEYS.claim("e1", 1, "n1"), claimed(plan, "n1"));
    log(KEYS.log("e1", 1, "n1"), "hello");
    set(KEYS.result("old"), ended("old", Records.NOON, Outcome.success()));
    log(KEYS.log("old", 0, "n1"), "hello");
    try (FaultyConsul wire = FaultyConsul.before(consul.agent("n1"));
        ConsulConnection seen = wire.connection()) {
      Viewer other = new Viewer(seen, KEYS, clock);
      assertThat(other.cluster().running()).isPresent();
      assertThat(other.events(EventQuery.newest(9)).events()).hasSize(2);
      assertThat(other.events(EventQuery.newest(9)).events()).hasSize(2); // of those remembered
      assertThat(requests(wire))
          .anyMatch(request -> request.contains(KEYS.result("old")))
          .noneMatch(request -> request.contains("/log"))
          .noneMatch(request -> request.contains(KEYS.results() + "?recurse"));
      other.log("old", 0, "n1");
      seen.list(KEYS.results());
      assertThat(requests(wire))
          .anyMatch(request -> request.contains("/log"))
          .anyMatch(request -> request.contains(KEYS.results() + "?recurse"));
    }
  }

  private static List<String> requests(FaultyConsul wire) {
    return wire.requests().stream().map(line -> line.replace("%2F", "/")).toList();
  }

  @Test
  void what_a_newer_version_wrote_is_named_whether_it_waits_or_has_ended() {
    byte[] newer = "{\"Format\": 99, \"Wholly\": \"other\"}".getBytes(StandardCharsets.UTF_8);
    connection.commit(
        new Transaction().set(KEYS.event(1, "e1"), newer).set(KEYS.result("e2"), newer));
    for (String id : List.of("e1", "e2")) {
      assertThatThrownBy(() -> viewer.event(id))
          .isInstanceOf(NewerRecordException.class)
          .hasMessageContaining(id + " has format 99, this version knows up to 1");
    }
    EventPage page = viewer.events(EventQuery.newest(9));
    assertThat(page.newer())
        .containsExactly(
            new LeftAlone(KEYS.event(1, "e1"), 99), new LeftAlone(KEYS.result("e2"), 99));
    assertThat(viewer.events(EventQuery.newest(1)).newer()).hasSize(1);
    assertThat(page.total()).isZero();
  }

  @Test
  void a_list_shows_a_retry_that_was_made_after_the_event_was_seen_to_have_ended() {
    EventResult failed = ended("bad", Records.NOON, Outcome.error(Reason.FAILED, "it broke"));
    set(KEYS.result("bad"), failed);
    viewer.events(EventQuery.newest(9));
    set(KEYS.result("bad"), failed.retriedAs("again"));
    assertThat(viewer.events(EventQuery.newest(9)).events())
        .extracting(EventSummary::retries)
        .containsExactly(List.of("again"));
  }

  @Test
  void an_event_that_is_queued_and_has_a_result_is_listed_once_and_one_that_is_gone_is_forgotten() {
    new EventQueue(connection, KEYS, clock).accept(Records.event("e1"));
    set(KEYS.result("e1"), ended("e1", Records.NOON, Outcome.success()));
    EventPage both = viewer.events(EventQuery.newest(9));
    assertThat(both.events()).extracting(EventSummary::status).containsExactly(State.SUCCESS);
    assertThat(both.total()).isEqualTo(1);
    connection.commit(new Transaction().delete(KEYS.event(1, "e1")).delete(KEYS.result("e1")));
    assertThat(viewer.events(EventQuery.newest(9)))
        .isEqualTo(new EventPage(List.of(), 0, 0, List.of()));
  }

  @Test
  void a_long_queue_is_counted_and_not_read() {
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < 70; i++) {
      events.add(Records.event("event-" + i));
    }
    new EventQueue(connection, KEYS, clock).accept(events);
    assertThat(viewer.cluster().queue()).isEqualTo(new QueueView(70, List.of()));
    assertThat(viewer.queue(70).events())
        .extracting(EventSummary::id)
        .startsWith("event-0", "event-1", "event-2", "event-3")
        .hasSize(70);
  }
}
