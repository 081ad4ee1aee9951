package dev.metronome.pipeline.retention;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Transaction;
import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Quarantined;
import dev.metronome.pipeline.dispatch.NotLeaderException;
import dev.metronome.pipeline.membership.Leadership;
import dev.metronome.pipeline.quarantine.Quarantine;
import dev.metronome.testing.LogLines;
import dev.metronome.testing.Member;
import dev.metronome.testing.OriginalKeys;
import dev.metronome.testing.Records;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Results in an embedded Consul; it is noon, and events that ended an hour ago may go. */
@Tag("consul")
class RetentionTest {

  private static final Instant NOON = Records.NOON;
  private static final Instant LONG_AGO = NOON.minusSeconds(7_200);

  private final EmbeddedConsul consul = EmbeddedConsul.start();
  private final Keys keys = new Keys(Keys.DEFAULT_PREFIX);
  private final Member member =
      Member.of(Member.connection(consul, "leader"), "leader", "no-agent");

  /** Its own, so that its requests can be counted: no session is renewed over it. */
  private final ConsulConnection connection = Member.connection(consul, "leader");

  private final ConsulConnection others = Member.connection(consul, "others");
  private final Leadership leadership =
      new Leadership(member.connection(), member.sessions(), keys.leader(), new byte[0]);

  @BeforeEach
  void lead() {
    leadership.start();
    member.join();
    await().until(leadership::isLeader);
  }

  @AfterEach
  void close() {
    leadership.close();
    member.close();
    connection.close();
    others.close();
    consul.close();
  }

  private Retention retention(int keepEvents) {
    return new Retention(
        connection,
        keys,
        leadership,
        Duration.ofHours(1),
        keepEvents,
        Clock.fixed(NOON, ZoneOffset.UTC));
  }

  private static void run(Retention retention) {
    retention.expired().forEach(retention::remove);
  }

  private static EventResult ended(String id, Instant at) {
    Event event = Event.of(id, "deploy", Map.of(), at, "fire", "me");
    return EventResult.ended(event, at, at, Outcome.success());
  }

  private void put(String key, Object value) {
    byte[] bytes =
        value instanceof String text ? text.getBytes(StandardCharsets.UTF_8) : Json.write(value);
    assertThat(others.commit(new Transaction().set(key, bytes)).isDone()).isTrue();
  }

  /** An event with one task, which has run on one node. */
  private void event(String id, Instant endedAt) {
    put(keys.result(id), ended(id, endedAt));
    put(keys.result(id, 0), "{}");
    put(keys.result(id, 0, "a"), "{}");
    put(keys.log(id, 0, "a"), "done\n");
  }

  private List<String> results() {
    return others.names(keys.results());
  }

  private List<String> kept() {
    return others.children(keys.results()).stream()
        .filter(name -> !name.endsWith("/"))
        .map(name -> name.substring(keys.results().length()))
        .toList();
  }

  @Test
  void an_old_event_goes_with_its_tasks_nodes_and_logs_and_nothing_else_goes() {
    event("e1", LONG_AGO);
    event("e10", NOON);
    event("e1-", NOON);
    event("e1.x", NOON);
    List<String> all = results();

    run(retention(0));

    assertThat(kept()).containsExactly("e1-", "e1.x", "e10");
    assertThat(results())
        .containsExactlyElementsOf(
            all.stream()
                .filter(key -> !key.equals(keys.result("e1")))
                .filter(key -> !key.startsWith(keys.result("e1") + "/"))
                .toList());
  }

  @Test
  void the_plan_that_a_retry_would_go_on_with_goes_with_its_event() {
    event("e1", LONG_AGO);
    event("e2", NOON);
    put(keys.endedPlan("e1"), "{}");
    put(keys.endedPlan("e2"), "{}");
    put(keys.approval("e1", 0, "alice"), "{}");
    put(keys.approval("e2", 0, "alice"), "{}");

    run(retention(0));

    assertThat(others.get(keys.endedPlan("e1"))).isEmpty();
    assertThat(others.get(keys.endedPlan("e2"))).isPresent();
    assertThat(others.names(keys.prefix() + "approvals/"))
        .containsExactly(keys.approval("e2", 0, "alice"));
  }

  @Test
  void an_event_in_progress_stays_however_old_it_is() {
    put(keys.result("e1"), EventResult.started(Records.event("e1"), LONG_AGO));
    put(keys.result("e1", 0), "{}");

    run(retention(0));

    assertThat(kept()).containsExactly("e1");
  }

  @Test
  void an_event_that_has_a_plan_stays() {
    event("e1", LONG_AGO);
    event("e2", LONG_AGO);
    put(keys.plan(Keys.COMMON_LANE), Records.plan("e1", 1));

    run(retention(0));

    assertThat(kept()).containsExactly("e1");
    assertThat(others.names(keys.result("e1") + "/")).hasSize(3);
  }

  @Test
  void what_has_changed_since_it_was_found_stays() {
    event("e1", LONG_AGO);
    event("e2", LONG_AGO);
    Retention retention = retention(0);
    List<Retention.Batch> found = retention.expired();

    put(keys.result("e1"), EventResult.started(Records.event("e1"), NOON));
    found.forEach(retention::remove);

    assertThat(kept()).containsExactly("e1");
  }

  @Test
  void the_newest_events_stay_and_few_events_are_not_even_read() {
    for (int i = 0; i < 20; i++) {
      event("e" + i, LONG_AGO.plusSeconds(i));
    }
    long before = connection.requests();
    run(retention(20));
    assertThat(connection.requests() - before).as("listings only").isLessThan(10);
    assertThat(kept()).hasSize(20);

    run(retention(3));
    assertThat(kept()).containsExactly("e17", "e18", "e19");
  }

  @Test
  void who_no_longer_leads_removes_nothing() {
    event("e1", LONG_AGO);
    Retention retention = retention(0);
    List<Retention.Batch> found = retention.expired();

    String session = leadership.fence().orElseThrow();
    try (Member other = Member.joined(consul, "other")) {
      others.commit(
          new Transaction()
              .unlock(keys.leader(), new byte[0], session)
              .lock(keys.leader(), new byte[0], other.session()));

      assertThatThrownBy(() -> found.forEach(retention::remove))
          .isInstanceOf(NotLeaderException.class);
    }
    assertThat(kept()).containsExactly("e1");
  }

  @Test
  void a_late_log_of_an_event_that_was_removed_goes_too() {
    put(keys.log("e1", 0, "a"), "late\n");
    put(keys.log("e2", 0, "a"), "early\n");
    put(keys.event(1, "e2"), Records.event("e2"));
    put(keys.queued("e2"), 1);

    run(retention(1_000));

    assertThat(results()).containsExactly(keys.log("e2", 0, "a"));
  }

  @Test
  void what_a_newer_agent_wrote_is_left_alone_and_said_once() {
    put(keys.result("newer"), "{\"Format\": 99}");
    put(keys.result("another"), ended("e1", LONG_AGO));
    event("e1", LONG_AGO);
    try (LogLines log = LogLines.of(Retention.class)) {
      Retention retention = retention(0);
      run(retention);
      run(retention);

      assertThat(kept()).containsExactly("another", "newer");
      assertThat(log.taken()).filteredOn(line -> line.startsWith("WARNING")).hasSize(1);
    }
  }

  @Test
  void what_cannot_be_read_is_set_aside_and_its_event_stays_known() {
    put(keys.result("broken"), "{");
    put(keys.result("running"), "{");
    put(keys.plan(Keys.COMMON_LANE), Records.plan("running", 1));
    try (LogLines log = LogLines.of(Retention.class)) {
      Retention retention = retention(0);
      run(retention);

      assertThat(kept()).containsExactly("broken", "running");
      assertThat(log.with("SEVERE")).singleElement().asString().contains(keys.result("broken"));
    }
    String now = new String(others.get(keys.result("broken")).orElseThrow().value(), UTF_8);
    assertThat(now).contains("\"error\"", "\"unreadable\"");
    assertThat(others.get(keys.quarantine(keys.result("broken")))).isPresent();
    assertThat(others.get(keys.quarantine(keys.result("running")))).isEmpty();
  }

  @Test
  void what_the_original_wrote_is_never_changed_nor_removed() {
    Map<String, String> results = OriginalKeys.results();
    results.put(
        keys.result("lost", 1, "web1"), results.get(keys.result(OriginalKeys.ENDED, 0, "web1")));
    results.put(keys.result("odd"), "{\"ID\": \"odd\", \"Status\": \"finished\"}");
    OriginalKeys.put(others, results);
    event("e1", LONG_AGO);
    event("e2", LONG_AGO.plusSeconds(1));
    event("e3", LONG_AGO.plusSeconds(2));
    try (LogLines log = LogLines.of(Retention.class)) {
      run(retention(2));
      assertThat(log.with("SEVERE")).isEmpty();
    }

    assertThat(OriginalKeys.standing(others, results)).isEqualTo(results);
    assertThat(others.names(keys.quarantine())).isEmpty();
    assertThat(kept())
        .as("they take no place of those that are kept")
        .containsExactlyInAnyOrder("e2", "e3", "odd", OriginalKeys.ENDED, OriginalKeys.BEGUN);
  }

  private void aside(String key, Instant at) {
    put(keys.quarantine(key), Quarantined.of(key, new byte[] {1}, "why", at));
  }

  @Test
  void the_quarantine_keeps_its_newest_and_nothing_that_is_too_old() {
    aside("metronome/old", LONG_AGO);
    for (int i = 0; i < Quarantine.MOST + 5; i++) {
      aside("metronome/new-%03d".formatted(i), NOON.minusSeconds(1_000 - i));
    }

    retention(0).trimQuarantine();

    List<String> names = others.names(keys.quarantine());
    assertThat(names).hasSize(Quarantine.MOST);
    assertThat(names.get(0)).isEqualTo(keys.quarantine() + "new-005");
  }

  private void many(int events, String id) {
    for (int from = 0; from < events; from += 50) {
      Transaction some = new Transaction();
      for (int i = from; i < from + 50; i++) {
        Instant at = LONG_AGO.plusSeconds(i / 10);
        some.set(keys.result(id.formatted(i)), Json.write(ended(id.formatted(i), at)));
      }
      assertThat(others.commit(some).isDone()).isTrue();
    }
  }

  @Test
  void of_very_many_those_are_listed_together_that_begin_alike() {
    many(1_050, "0%d");
    many(100, "f%d");
    many(50, "Z%d");

    run(retention(0));

    assertThat(kept()).isEmpty();
  }

  @Test
  void ten_thousand_events_take_few_requests_none_of_them_large() {
    int events = 10_000;
    many(events, "1%04x");
    for (Entry entry : others.list(keys.results() + "1000").value()) {
      put(entry.key() + "/0/a/log", "x".repeat(100_000));
    }
    Retention retention = retention(9_000);

    long before = connection.requests();
    List<Retention.Batch> found = retention.expired();
    assertThat(connection.requests() - before).isLessThan(2 + events / 64 + 10);

    assertThat(found).hasSize(1_000 / 12 + 1).allMatch(batch -> batch.events().size() <= 12);
    found.forEach(retention::remove);
    assertThat(kept()).hasSize(9_000);
    assertThat(retention.expired()).isEmpty();
  }

  @Test
  void a_result_says_what_it_removes_before_it_does() {
    event("e1", LONG_AGO);
    try (LogLines log = LogLines.of(Retention.class)) {
      run(retention(0));
      run(retention(0));
      assertThat(log.taken())
          .containsExactly(
              "INFO results state=expired events=1 ended-before=" + NOON.minusSeconds(3_600));
    }
  }
}
