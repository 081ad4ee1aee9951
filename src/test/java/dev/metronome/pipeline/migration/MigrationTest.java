package dev.metronome.pipeline.migration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Transaction;
import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Status;
import dev.metronome.pipeline.quarantine.Quarantine;
import dev.metronome.testing.Member;
import dev.metronome.testing.OriginalKeys;
import dev.metronome.testing.Records;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("consul")
class MigrationTest implements MigrationContract {

  @AutoClose private final EmbeddedConsul consul = EmbeddedConsul.start();
  @AutoClose private final ConsulConnection connection = Member.connection(consul, "a");

  @Override
  public ConsulConnection connection() {
    return connection;
  }

  private MigrationReport takeOver(String key, String value) {
    put(Map.of(key, value));
    return migration().takeOver(migration().look(), Transaction::new);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "null", " [ ] "})
  void an_empty_queue_of_its_is_removed_without_a_word(String value) {
    MigrationReport found = takeOver(OriginalKeys.EVENTS, value);

    assertThat(found.accepted()).isEmpty();
    assertThat(found.faults()).isEmpty();
    assertThat(migration().look().isEmpty()).isTrue();
    assertThat(new Quarantine(connection, KEYS).all()).isEmpty();
  }

  @Test
  void what_is_no_event_is_set_aside_and_the_others_are_accepted() {
    MigrationReport found =
        takeOver(
            OriginalKeys.EVENTS,
            """
            [{"ID": "e1", "Name": "deploy"}, {"ID": "a/b", "Name": "deploy"}, 7,
             {"ID": "e2", "Name": "a/b"}, {"ID": "e1", "Name": "twice"}, {"ID": "lock", "Name": "x"},
             {"ID": "e3", "Name": "deploy"}]""");

    assertThat(queued()).containsExactly("e1", "e3");
    assertThat(found.faults())
        .singleElement()
        .asString()
        .contains(OriginalKeys.EVENTS, "item 2", "item 3", "item 4", "item 6")
        .doesNotContain("item 5");
    assertThat(new Quarantine(connection, KEYS).find(OriginalKeys.EVENTS)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"ID\": ", "{}", "7"})
  void a_queue_that_is_no_array_is_set_aside(String value) {
    assertThat(takeOver(OriginalKeys.PLAN, value).faults()).hasSize(1);
    assertThat(migration().look().isEmpty()).isTrue();
    assertThat(new Quarantine(connection, KEYS).find(OriginalKeys.PLAN)).isPresent();
  }

  @Test
  void an_event_that_it_has_begun_without_a_result_ends_all_the_same() {
    takeOver(OriginalKeys.PLAN, "[{\"id\": \"e1\", \"no\": 0, \"task\": \"go\"}]");

    assertThat(result("e1").status()).isEqualTo(Status.ERROR);
    assertThat(result("e1").reason()).hasValue(Reason.LOST);
  }

  @Test
  void an_event_that_waits_though_it_was_begun_or_has_ended_is_not_run_again() {
    put(OriginalKeys.results());
    MigrationReport found =
        takeOver(
            OriginalKeys.EVENTS,
            """
            [{"ID": "%s", "Name": "deploy"}, {"ID": "%s", "Name": "deploy"}]"""
                .formatted(OriginalKeys.ENDED, OriginalKeys.BEGUN));

    assertThat(queued()).isEmpty();
    assertThat(found.known()).containsExactly(OriginalKeys.ENDED, OriginalKeys.BEGUN);
    assertThat(found.ended()).containsExactly(OriginalKeys.BEGUN);
    assertThat(result(OriginalKeys.ENDED).status()).isEqualTo(Status.SUCCESS);
    assertThat(result(OriginalKeys.BEGUN).status()).isEqualTo(Status.ERROR);
  }

  @Test
  void results_of_ours_stay_as_they_are() {
    connection.commit(
        new Transaction()
            .set(
                KEYS.result("e1"),
                dev.metronome.model.record.Json.write(
                    dev.metronome.model.record.EventResult.started(
                        Records.event("e1"), Records.NOON))));

    takeOver(OriginalKeys.PLAN, "[{\"id\": \"e1\", \"no\": 0, \"task\": \"go\"}]");

    assertThat(result("e1").status()).isEqualTo(Status.INPROGRESS);
  }
}
