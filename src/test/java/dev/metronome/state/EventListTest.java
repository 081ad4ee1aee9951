package dev.metronome.state;

import static dev.metronome.state.ViewedCluster.KEYS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Limit;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Resume;
import dev.metronome.testing.Member;
import dev.metronome.testing.Records;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Which events a list has, and what it costs. */
class EventListTest {
  @AutoClose private final ViewedCluster viewed = new ViewedCluster();
  private final Viewer viewer = viewed.viewer();

  @Test
  void events_come_newest_first_with_those_that_wait_and_only_those_asked_for() {
    viewed.set(
        KEYS.result("old"),
        ViewedCluster.ended("old", Records.NOON.minusSeconds(60), Outcome.success()));
    viewed.set(
        KEYS.result("bad"),
        ViewedCluster.ended(
            "bad", Records.NOON.minusSeconds(30), Outcome.error(Reason.FAILED, "it broke")));
    Event waiting =
        Event.of("new", "deploy", Map.of("secret", "hunter22"), Records.NOON, "fire", "root@host");
    viewed.accept(waiting);

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

  private void run(String id, String name, String by, String version) {
    Event event =
        Event.of(id, name, Map.of("version", version, "token", "t"), Records.NOON, "fire", by);
    viewed.set(
        KEYS.result(id),
        EventResult.ended(event, Records.NOON, Records.NOON.plusSeconds(5), Outcome.success()));
  }

  private List<String> listed(
      Optional<String> name, Optional<String> by, Map<String, String> with) {
    EventPage page = viewer.events(new EventQuery(Set.of(), Optional.empty(), name, by, with, 9));
    assertThat(page.total()).isEqualTo(4);
    assertThat(page.matching()).isEqualTo(page.events().size());
    return page.events().stream().map(EventSummary::id).toList();
  }

  @Test
  void events_are_chosen_by_their_name_who_sent_them_and_what_they_came_with() {
    run("e1", "deploy", "anna@desk", "1.4.1");
    run("e2", "deploy", "anna@home", "1.4.2");
    run("e3", "deploy", "annabel@desk", "1.4.2");
    run("e4", "sweep", "anna@desk", "1.4.2");
    Optional<String> any = Optional.empty();
    for (String time : List.of("the first time", "of those that are remembered")) {
      assertThat(listed(Optional.of("deploy"), any, Map.of()))
          .as(time)
          .containsExactly("e1", "e2", "e3");
      assertThat(listed(any, Optional.of("anna"), Map.of())).containsExactly("e1", "e2", "e4");
      assertThat(listed(any, Optional.of("anna@desk"), Map.of())).containsExactly("e1", "e4");
      assertThat(listed(Optional.of("deploy"), any, Map.of("version", "1.4.2")))
          .containsExactly("e2", "e3");
      assertThat(listed(any, any, Map.of("version", "1.4.2", "x", "y"))).isEmpty();
    }
    assertThatThrownBy(() -> listed(any, any, Map.of("token", "t")))
        .hasMessageContaining("token is a secret by its name");
  }

  @Test
  void an_event_usually_takes_the_median_of_its_last_whole_runs_that_succeeded() {
    assertThat(viewer.usual("deploy")).isEmpty();
    for (int i = 1; i <= 12; i++) {
      took("e" + i, Records.event("e" + i), i, i <= 2 ? 1_000 : i);
    }
    took("e20", Records.event("e20", "sweep"), 20, 500);
    took("e21", Records.event("e21").limited(Optional.of(Limit.of("1"))), 21, 500);
    took("e22", Records.event("e22").resuming(new Resume("e1", 1, "web", "x", List.of())), 22, 500);
    viewed.set(
        KEYS.result("e23"),
        EventResult.ended(
            Records.event("e23"),
            Records.NOON.plusSeconds(23),
            Records.NOON.plusSeconds(900),
            Outcome.error(Reason.FAILED, "it broke")));
    assertThat(viewer.usual("deploy")).contains(new UsualDuration(7_500, 10));
    assertThat(viewer.usual("sweep")).contains(new UsualDuration(500_000, 1));
  }

  @Test
  void why_a_sender_passed_its_windows_stays_in_sight() {
    Optional<String> why = Optional.of("the disk is full");
    viewed.accept(Records.event("e1").overriding(why));
    took("e2", Records.event("e2").overriding(why), 1, 1);
    for (String id : List.of("e1", "e2")) {
      assertThat(viewer.event(id).orElseThrow().event().override()).isEqualTo(why);
    }
  }

  private void took(String id, Event event, int at, int seconds) {
    viewed.set(
        KEYS.result(id),
        EventResult.ended(
            event,
            Records.NOON.plusSeconds(at),
            Records.NOON.plusSeconds(at + seconds),
            Outcome.success()));
  }

  @Test
  void an_unreadable_result_hides_no_other() {
    viewed.log(KEYS.result("broken"), "{");
    viewed.set(KEYS.result("fine"), ViewedCluster.ended("fine", Records.NOON, Outcome.success()));
    assertThat(viewer.events(EventQuery.newest(9)).events())
        .extracting(EventSummary::id)
        .containsExactly("fine");
  }

  @Test
  void a_thousand_events_cost_some_twenty_requests_and_no_log_and_then_few() {
    List<Transaction> all = new ArrayList<>();
    Transaction next = new Transaction();
    for (int i = 0; i < 1_000; i++) {
      String id = "event-" + i;
      next.set(
              KEYS.result(id),
              Json.write(ViewedCluster.ended(id, Records.NOON.plusSeconds(i), Outcome.success())))
          .set(KEYS.log(id, 0, "n1"), new byte[4_000]);
      if (next.size() == Transaction.MAX_OPERATIONS || i == 999) {
        all.add(next);
        next = new Transaction();
      }
    }
    all.forEach(viewed.connection()::commit);
    try (ConsulConnection own =
        Member.connection(viewed.consul(), "n1")) { // no session is renewed over it
      assertFewRequests(own, new Viewer(own, KEYS, Clock.systemUTC()));
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
  void a_list_shows_a_retry_that_was_made_after_the_event_was_seen_to_have_ended() {
    EventResult failed =
        ViewedCluster.ended("bad", Records.NOON, Outcome.error(Reason.FAILED, "it broke"));
    viewed.set(KEYS.result("bad"), failed);
    viewer.events(EventQuery.newest(9));
    viewed.set(KEYS.result("bad"), failed.retriedAs("again"));
    assertThat(viewer.events(EventQuery.newest(9)).events())
        .extracting(EventSummary::retries)
        .containsExactly(List.of("again"));
  }

  @Test
  void an_event_that_is_queued_and_has_a_result_is_listed_once_and_one_that_is_gone_is_forgotten() {
    viewed.accept(Records.event("e1"));
    viewed.set(KEYS.result("e1"), ViewedCluster.ended("e1", Records.NOON, Outcome.success()));
    EventPage both = viewer.events(EventQuery.newest(9));
    assertThat(both.events()).extracting(EventSummary::status).containsExactly(State.SUCCESS);
    assertThat(both.total()).isEqualTo(1);
    viewed
        .connection()
        .commit(new Transaction().delete(KEYS.event(1, "e1")).delete(KEYS.result("e1")));
    assertThat(viewer.events(EventQuery.newest(9)))
        .isEqualTo(new EventPage(List.of(), 0, 0, List.of()));
  }
}
