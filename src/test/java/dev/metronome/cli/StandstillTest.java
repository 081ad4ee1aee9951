package dev.metronome.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.consul.Transaction;
import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.model.record.Claim;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Format;
import dev.metronome.model.record.Held;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Lane;
import dev.metronome.model.record.Lead;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.Presence;
import dev.metronome.model.record.Presence.PatternPresence;
import dev.metronome.state.EventSummary;
import dev.metronome.state.EventView;
import dev.metronome.testing.Member;
import dev.metronome.testing.Records;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What {@code fire --wait} says while nothing happens. */
class StandstillTest {
  private static final Keys KEYS = new Keys(Keys.DEFAULT_PREFIX);

  @AutoClose private final EmbeddedConsul consul = EmbeddedConsul.start();

  @AutoClose
  private final Member member = Member.of(Member.connection(consul, "n1"), "n1", "no-agent").join();

  private final AtomicLong nanos = new AtomicLong();
  private final Standstill standstill = new Standstill(member.connection(), KEYS, nanos::get);

  private void lock(String key, Object record) {
    member.connection().commit(new Transaction().lock(key, Json.write(record), member.session()));
  }

  private void agent(String node, String busy) {
    lock(
        KEYS.presence(node),
        Json.read(
            "presence",
            Json.write(
                Map.of(
                    "Format",
                    Format.CURRENT,
                    "Node",
                    node,
                    "Version",
                    "1",
                    "Host",
                    "h",
                    "Pid",
                    7,
                    "StartedAt",
                    Records.NOON,
                    "Incarnation",
                    node + "/1",
                    "Busy",
                    busy)),
            Presence.class));
  }

  private void leader() {
    lock(KEYS.leader(), Lead.of("n1", "n1/1", Duration.ofMinutes(2), Duration.ofHours(1)));
  }

  private EventView running(Plan plan) {
    member.connection().commit(new Transaction().set(KEYS.plan(plan.slot()), Json.write(plan)));
    return new EventView(
        EventSummary.of(EventResult.started(plan.event(), plan.startedAt())), List.of());
  }

  private static EventView queued() {
    return EventView.of(Records.event("e1"));
  }

  /** The sentence when it has not changed for some seconds. */
  private String about(EventView event) {
    assertThat(standstill.about(event)).as("at first").isEmpty();
    nanos.addAndGet(Duration.ofSeconds(4).toNanos());
    return standstill.about(event).orElse("");
  }

  @Test
  void that_no_agent_is_running() {
    assertThat(about(queued())).isEqualTo(EventWarnings.NO_AGENT);
    assertThat(about(running(Records.plan("e1", 1)))).startsWith("no agent is running; the event");
  }

  @Test
  void that_agents_which_are_registered_have_not_said_anything_yet() {
    try (Member agent = Member.joined(consul, "n2")) {
      assertThat(agent.session()).isNotEmpty();
      assertThat(about(queued()))
          .isEqualTo(
              "the agents that are registered, n2, have not said anything in Consul yet; the event"
                  + " waits for them");
    }
  }

  @Test
  void that_nobody_leads() {
    agent("n1", "");

    assertThat(about(queued())).startsWith("nobody leads now; the event waits");
    assertThat(about(running(Records.plan("e1", 1)))).startsWith("nobody leads now; the event st");
  }

  @Test
  void that_a_route_holds_it_or_what_is_before_it() {
    agent("n1", "");
    leader();
    Held held =
        new Held(
            "n1",
            KEYS.event(1, "e1"),
            "e1",
            Optional.of("deploy"),
            "plan",
            "/etc/metronome/routes/plan.camel.yaml",
            Records.NOON,
            "no such thing");
    lock(
        KEYS.presence("n2"),
        new Presence(
            Format.CURRENT,
            "n2",
            "1",
            "h",
            7,
            Records.NOON,
            "n2/1",
            Map.of(),
            Optional.empty(),
            Map.of(),
            Optional.empty(),
            List.of(held),
            List.of()));

    String sentence =
        "event e1 deploy is held: the route plan of n1 (/etc/metronome/routes/plan.camel.yaml)"
            + " fails: no such thing; mend the routes of n1 and start its agent anew";
    assertThat(about(queued())).isEqualTo(sentence);
    assertThat(about(EventView.of(Records.event("e2"))))
        .isEqualTo("the event waits in the queue: " + sentence);
  }

  @Test
  void that_another_event_comes_first() {
    agent("n1", "");
    leader();
    running(Records.plan("e0", 1));

    assertThat(about(queued()))
        .isEqualTo("the event waits in the queue behind e0 deploy, which is in progress");
  }

  @Test
  void that_its_lane_is_full_whatever_is_in_progress_in_others() {
    Lane app = new Lane("app", 2);
    lock(
        KEYS.presence("n1"),
        new Presence(
            Format.CURRENT,
            "n1",
            "1",
            "h",
            7,
            Records.NOON,
            "n1/1",
            Map.of(
                "p",
                new PatternPresence(
                    "0".repeat(64), List.of("deploy"), Map.of(), Map.of("deploy", app))),
            Optional.empty(),
            Map.of(),
            Optional.empty(),
            List.of(),
            List.of()));
    leader();
    accept("e3");
    running(Records.plan("e0", 1));
    running(Records.plan("e1", 1).inSlot("app.1"));
    EventView waits = EventView.of(Records.event("e3"));
    assertThat(about(waits)).as("one more may be in progress").isEmpty();

    running(Records.plan("e2", 1).inSlot("app.2"));
    nanos.addAndGet(Duration.ofSeconds(11).toNanos());
    assertThat(standstill.about(waits))
        .hasValue(
            "the event waits in the queue behind e1 deploy, which is in progress, e2 deploy, which"
                + " is in progress");
  }

  private void accept(String id) {
    member
        .connection()
        .commit(new Transaction().set(KEYS.event(1, id), Json.write(Records.event(id))));
  }

  @Test
  void that_a_target_does_another_lanes_task_first() {
    agent("n1", "");
    leader();
    Plan first = Records.plan("e0", 1).open(Records.NOON, List.of("n1"));
    running(first);
    lock(
        KEYS.claims(first) + "n1",
        new Claim(
            Format.CURRENT,
            "e0",
            0,
            "n1",
            "n1/1",
            1,
            Records.NOON,
            Optional.empty(),
            Optional.empty(),
            Optional.empty()));

    assertThat(
            about(running(Records.plan("e1", 1).inSlot("app").open(Records.NOON, List.of("n1")))))
        .isEqualTo("task 0 task-0 waits for n1, which does task 0 task-0 of deploy e0 first");
  }

  @Test
  void that_no_node_matches() {
    agent("n1", "");
    leader();

    assertThat(about(running(Records.plan("e1", List.of(Records.filtered(0, "t", "db", null))))))
        .isEqualTo("task 0 t waits for a node that matches db and that can take it");
  }

  @Test
  void that_a_target_has_no_agent() {
    agent("n1", "");
    leader();
    Plan plan = Records.plan("e1", 1).open(Instant.now(), List.of("n1", "app-1"));

    assertThat(about(running(plan)))
        .startsWith("task 0 task-0 waits for app-1, where no agent is running; given up at ");
  }

  @Test
  void until_when_it_is_waited_for_an_agent_that_has_vanished() {
    agent("n1", "");
    lock(
        KEYS.leader(),
        Lead.of("n1", "n1/1", Duration.ofMinutes(2), Duration.ofHours(1))
            .waiting(Duration.ofSeconds(5), Duration.ofMinutes(1)));
    Plan plan = Records.plan("e1", 1).open(Records.NOON, List.of("n1", "app-1"));
    Claim claim = Claim.untaken("e1", 0, "app-1", Records.NOON);
    member
        .connection()
        .commit(new Transaction().set(Records.claim(KEYS, 1, "e1", 0, "app-1"), Json.write(claim)));

    assertThat(about(running(plan)))
        .isEqualTo(
            "task 0 task-0 waits for app-1, where no agent is running; given up 5 s after it"
                + " vanished, unless one comes back");
  }

  @Test
  void that_a_target_takes_no_task() {
    agent("n1", "task 1 of e0 still runs as processes 7");
    leader();
    Plan plan = Records.plan("e1", 1).open(Records.NOON, List.of("n1"));

    assertThat(about(running(plan)))
        .isEqualTo("task 0 task-0 waits for n1: task 1 of e0 still runs as processes 7");
  }

  @Test
  void that_consul_does_not_answer() {
    consul.disconnect("n1");

    assertThat(about(queued())).endsWith("trying again");
  }

  @Test
  void nothing_while_it_moves_or_has_ended_and_few_requests_while_it_stands() {
    assertThat(about(queued())).isNotEmpty();
    long requests = member.connection().requests();
    assertThat(standstill.about(queued())).hasValue(EventWarnings.NO_AGENT);
    assertThat(member.connection().requests()).isEqualTo(requests);
    Outcome how = Outcome.success();
    EventResult end = EventResult.ended(Records.event("e1"), Records.NOON, Records.NOON, how);

    assertThat(about(new EventView(EventSummary.of(end), List.of()))).isEmpty();
  }
}
