package dev.metronome.pipeline.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.testing.Records;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Which events may go; the event eN ended N seconds after noon. */
class OldestEventsTest {

  private static final Instant NOON = Records.NOON;

  private static Ended ended(int second, Ended.Origin origin) {
    return new Ended("e" + second, 1, NOON.plusSeconds(second), origin);
  }

  /** Sees so many events in any order, and chooses among those that ended before the second. */
  private static List<String> chosen(
      int events, Ended.Origin origin, int before, int kept, int most) {
    List<Ended> all = new ArrayList<>();
    for (int second = 0; second < events; second++) {
      all.add(ended(second, origin));
    }
    Collections.shuffle(all, new Random(events));
    OldestEvents selection = new OldestEvents(NOON.plusSeconds(before), kept, most);
    all.forEach(selection::see);
    return selection.chosen().stream().map(Ended::id).toList();
  }

  @Test
  void what_is_old_enough_may_go() {
    assertThat(chosen(5, Ended.Origin.SENT, 3, 0, 100)).containsExactly("e0", "e1", "e2");
  }

  @Test
  void the_newest_stay_however_old_they_are() {
    assertThat(chosen(5, Ended.Origin.SENT, 100, 2, 100)).containsExactly("e0", "e1", "e2");
    assertThat(chosen(5, Ended.Origin.SENT, 100, 5, 100)).isEmpty();
    assertThat(chosen(5, Ended.Origin.SENT, 100, 6, 100)).isEmpty();
  }

  @Test
  void of_more_than_can_go_at_once_the_oldest_go() {
    assertThat(chosen(500, Ended.Origin.SENT, 400, 50, 3)).containsExactly("e0", "e1", "e2");
  }

  @Test
  void user_events_stay_for_as_long_as_consul_may_offer_them_again() {
    int events = OldestEvents.REMEMBERED + 2;
    assertThat(chosen(events, Ended.Origin.REMEMBERED_BY_CONSUL, events, 0, 100))
        .containsExactly("e0", "e1");
    assertThat(chosen(events, Ended.Origin.SENT, events, 0, 100_000)).hasSize(events);
  }

  @Test
  void newer_events_of_other_kinds_do_not_push_a_user_event_out() {
    OldestEvents selection = new OldestEvents(NOON.plusSeconds(1_000_000), 10, 100);
    selection.see(ended(0, Ended.Origin.REMEMBERED_BY_CONSUL));
    for (int second = 1; second <= 5_000; second++) {
      selection.see(ended(second, Ended.Origin.SENT));
    }
    assertThat(selection.chosen()).extracting(Ended::id).doesNotContain("e0").contains("e1");
  }

  @Test
  void of_events_that_ended_together_the_order_is_that_of_their_ids() {
    OldestEvents selection = new OldestEvents(NOON.plusSeconds(1), 1, 100);
    for (String id : List.of("b", "c", "a")) {
      selection.see(new Ended(id, 1, NOON, Ended.Origin.SENT));
    }
    assertThat(selection.chosen()).extracting(Ended::id).containsExactly("a", "b");
  }
}
