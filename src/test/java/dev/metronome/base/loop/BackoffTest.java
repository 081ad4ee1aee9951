package dev.metronome.base.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BackoffTest {

  @Test
  void waits_double_up_to_ten_seconds() {
    Backoff backoff = new Backoff();

    for (long ceiling : new long[] {250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000}) {
      assertThat(backoff.next())
          .isBetween(Duration.ofMillis(ceiling / 2), Duration.ofMillis(ceiling));
    }
  }

  @Test
  void it_stays_within_its_bounds_for_ever() {
    Backoff backoff = new Backoff();

    for (int i = 0; i < 10_000; i++) {
      assertThat(backoff.next()).isBetween(Duration.ofMillis(125), Duration.ofSeconds(10));
    }
  }

  @Test
  void two_that_fail_together_do_not_come_back_together() {
    Set<Duration> waits = new HashSet<>();

    for (int i = 0; i < 50; i++) {
      Backoff backoff = new Backoff();
      for (int n = 0; n < 6; n++) {
        backoff.next();
      }
      waits.add(backoff.next());
    }

    assertThat(waits).hasSizeGreaterThan(10);
  }

  @Test
  void a_success_starts_it_anew() {
    Backoff backoff = new Backoff();
    backoff.next();
    backoff.next();
    backoff.next();
    assertThat(backoff.isFirst()).isFalse();

    backoff.reset();

    assertThat(backoff.isFirst()).isTrue();
    assertThat(backoff.next()).isLessThanOrEqualTo(Duration.ofMillis(250));
  }
}
