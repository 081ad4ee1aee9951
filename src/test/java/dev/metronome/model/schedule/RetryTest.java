package dev.metronome.model.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.model.record.Reason;
import java.time.Duration;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How often and after which pauses a task is tried. */
class RetryTest {

  private final Retry retry =
      new Retry(Set.of(Reason.FAILED), 6, Duration.ofSeconds(10), Duration.ofMinutes(1));

  @Test
  void pauses_double_up_to_the_longest() {
    assertThat(IntStream.rangeClosed(1, 5).mapToObj(retry::pause).map(Duration::toSeconds))
        .containsExactly(10L, 20L, 40L, 60L, 60L);
    assertThat(retry.pause(1_000_000)).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void a_task_may_take_all_its_attempts_and_pauses_longer() {
    assertThat(retry.added(Duration.ofSeconds(100))).isEqualTo(Duration.ofSeconds(500 + 190));
    assertThat(Retry.NEVER.added(Duration.ofSeconds(100))).isZero();
  }

  @Test
  void another_attempt_follows_what_is_named_until_they_are_used_up() {
    assertThat(retry.follows(5, Reason.FAILED)).isTrue();
    assertThat(retry.follows(6, Reason.FAILED)).isFalse();
    assertThat(retry.follows(1, Reason.TIMEOUT)).isFalse();
    assertThat(retry.follows(1, Reason.CANCELLED)).isFalse();
  }
}
