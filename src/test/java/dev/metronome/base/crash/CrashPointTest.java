package dev.metronome.base.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CrashPointTest {

  private final AtomicInteger crashes = new AtomicInteger();

  private CrashPoint asked(String point) {
    return new CrashPoint(point, crashes::incrementAndGet);
  }

  @Test
  void nothing_happens_unless_it_was_asked_for() {
    assertThat(CrashPoint.asked()).isEmpty();
    CrashPoint.before("claim");
    asked("").pass("before:", List.of("claim", ""));
    assertThat(crashes).hasValue(0);
  }

  @Test
  void it_crashes_on_the_side_and_at_the_step_that_was_asked_for() {
    CrashPoint point = asked("after:open");
    point.pass("before:", List.of("close", "open"));
    point.pass("after:", List.of("close"));
    assertThat(crashes).hasValue(0);
    point.pass("after:", List.of("close", "open"));
    assertThat(crashes).hasValue(1);
  }

  @Test
  void it_crashes_the_nth_time_only() {
    CrashPoint point = asked("before:close@2");
    point.pass("before:", List.of("close"));
    assertThat(crashes).hasValue(0);
    point.pass("before:", List.of("close"));
    point.pass("before:", List.of("close"));
    assertThat(crashes).hasValue(1);
  }
}
