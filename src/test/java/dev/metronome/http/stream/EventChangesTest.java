package dev.metronome.http.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Transaction;
import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.state.CatalogNodes;
import dev.metronome.state.EventView;
import dev.metronome.state.State;
import dev.metronome.state.TrafficView;
import dev.metronome.state.WatchedState;
import dev.metronome.testing.Member;
import dev.metronome.testing.Records;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class EventChangesTest {
  private static final Keys KEYS = new Keys(Keys.DEFAULT_PREFIX);
  private static final Plan PLAN = Records.plan("run-1", 2).open(Records.NOON, List.of("n1"));

  @AutoClose private final EmbeddedConsul consul = EmbeddedConsul.start();
  @AutoClose private final ConsulConnection connection = Member.connection(consul, "agent");
  private final List<Object> told = new ArrayList<>();
  private final EventChanges chronicle = new EventChanges(connection, KEYS, told::add);

  private WatchedState sighting() {
    return new WatchedState(
        KEYS,
        Optional.empty(),
        entries(KEYS.eventQueue()),
        entries(KEYS.progressQueue()),
        entries(KEYS.claims()),
        List.of(),
        new CatalogNodes(new TreeMap<>(), List.of()),
        TrafficView.FREE,
        0);
  }

  private List<Entry> entries(String prefix) {
    return connection.list(prefix).value();
  }

  private void awaitListing(WatchedState sighting, long queueIndex, long progressIndex) {
    await()
        .atMost(Duration.ofMinutes(5))
        .until(
            () -> {
              chronicle.look(sighting, queueIndex, progressIndex);
              return chronicle.dueNanos().isEmpty();
            });
  }

  private WatchedState begin() {
    connection.commit(
        new Transaction()
            .set(
                KEYS.result("run-1"),
                Json.write(EventResult.started(PLAN.event(), PLAN.startedAt())))
            .set(KEYS.plan(Keys.COMMON_LANE), Json.write(PLAN)));
    WatchedState running = sighting();
    awaitListing(running, 1, 1);
    return running;
  }

  private void end() {
    EventResult over =
        EventResult.ended(PLAN.event(), Records.NOON, Records.NOON, Outcome.success());
    connection.commit(
        new Transaction()
            .set(KEYS.result("run-1"), Json.write(over))
            .delete(KEYS.plan(Keys.COMMON_LANE)));
  }

  private void assertBeginAndEndWereToldWithTasks() {
    assertThat(told)
        .hasSize(2)
        .allSatisfy(
            view ->
                assertThat(view)
                    .isInstanceOfSatisfying(
                        EventView.class, event -> assertThat(event.tasks()).hasSize(2)));
    assertThat(told).last().extracting("event.status").isEqualTo(State.SUCCESS);
  }

  @Test
  void an_end_that_the_plan_s_last_change_showed_is_not_told_by_a_listing_again() {
    WatchedState running = begin();
    end();
    chronicle.look(running, 1, 2);
    awaitListing(running, 2, 2);
    awaitListing(sighting(), 2, 3);
    assertBeginAndEndWereToldWithTasks();
  }

  @Test
  void an_end_that_a_listing_finds_first_is_told_with_its_tasks() {
    WatchedState running = begin();
    end();
    awaitListing(running, 2, 1);
    awaitListing(sighting(), 2, 2);
    assertBeginAndEndWereToldWithTasks();
  }

  @Test
  void an_end_is_told_though_a_task_of_it_cannot_be_read() {
    WatchedState running = begin();
    connection.commit(new Transaction().set(KEYS.result("run-1", 0), "{".getBytes(UTF_8)));
    end();
    awaitListing(running, 2, 1);
    awaitListing(sighting(), 3, 2);
    assertThat(told).last().extracting("status").isEqualTo(State.SUCCESS);
  }
}
