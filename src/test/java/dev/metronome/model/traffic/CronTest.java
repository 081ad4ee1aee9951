package dev.metronome.model.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.model.traffic.Cron.CatchUp;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every ten minutes. */
class CronTest {

  private static final Instant NOON = Instant.parse("2026-11-29T12:00:00Z");

  private static Cron cron(CatchUp catchUp, Duration within) {
    CronExpression times = CronExpression.of("*/10 * * * *", ZoneOffset.UTC);
    return new Cron(times, catchUp, within, Cron.Overlap.QUEUE);
  }

  private static List<Instant> due(CatchUp catchUp, Duration since, Duration late) {
    Instant now = NOON.plus(late);
    return cron(catchUp, Duration.ofHours(1)).due(now.minus(since), now);
  }

  @Test
  void a_tick_is_due_once_it_is_time() {
    Cron cron = cron(CatchUp.NONE, Cron.WITHIN);
    Instant before = NOON.minusSeconds(300);

    assertThat(cron.due(before, NOON.minusMillis(1))).isEmpty();
    assertThat(cron.due(before, NOON)).containsExactly(NOON);
    assertThat(cron.due(NOON, NOON.plusSeconds(1))).as("dealt with").isEmpty();
  }

  @Test
  void without_catch_up_a_tick_may_be_a_minute_late_at_most() {
    assertThat(due(CatchUp.NONE, Duration.ofDays(2), Duration.ofSeconds(60))).containsExactly(NOON);
    assertThat(due(CatchUp.NONE, Duration.ofDays(2), Duration.ofSeconds(61))).isEmpty();
  }

  @Test
  void the_last_one_is_made_up_for_if_it_is_not_too_old() {
    assertThat(due(CatchUp.LAST, Duration.ofDays(2), Duration.ofMinutes(9))).containsExactly(NOON);
    assertThat(
            cron(CatchUp.LAST, Duration.ofMinutes(2))
                .due(NOON.minusSeconds(9_000), NOON.plusSeconds(121)))
        .isEmpty();
  }

  @Test
  void all_are_made_up_for_that_are_not_too_old_in_their_order() {
    assertThat(due(CatchUp.ALL, Duration.ofDays(2), Duration.ofMinutes(1)))
        .hasSize(6)
        .startsWith(NOON.minus(Duration.ofMinutes(50)))
        .endsWith(NOON);
    assertThat(due(CatchUp.ALL, Duration.ofMinutes(11), Duration.ZERO))
        .as("those since the last one")
        .containsExactly(NOON.minus(Duration.ofMinutes(10)), NOON);
    assertThat(cron(CatchUp.ALL, Duration.ofDays(31)).due(NOON.minus(Duration.ofDays(31)), NOON))
        .as("bounded, the newest ones")
        .hasSize(Cron.MOST)
        .endsWith(NOON);
  }
}
