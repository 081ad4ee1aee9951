package dev.metronome.base.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class HeapsTest {

  private static Heaps looked(int times, IntToDoubleFunction megabytes) {
    Heaps heaps = new Heaps();
    for (int i = 0; i < times; i++) {
      heaps.add(new Heaps.Look("lb-1", 7, i * 50, megabytes.applyAsDouble(i)));
      heaps.add(new Heaps.Look("db-1", 100 + i, i * 50, 12 + i)); // each a process of its own
    }
    return heaps;
  }

  @Test
  void a_heap_that_goes_up_and_down_is_no_violation() {
    assertThat(looked(30, i -> 16 + i % 3).violation()).isEmpty();
  }

  @Test
  void a_process_that_learns_at_first_and_then_stays_is_no_violation() {
    assertThat(looked(30, i -> Math.min(12 + i, 20)).violation()).isEmpty();
  }

  @Test
  void a_heap_that_grows_with_the_events_is_a_violation_with_its_figures() {
    assertThat(looked(30, i -> 16 + i * 0.25).violation())
        .get()
        .asString()
        .startsWith("8: the heap grows: lb-1, 30 looks over 1450 events");
  }

  @Test
  void a_process_that_was_hardly_looked_at_proves_nothing() {
    assertThat(looked(8, i -> 10 + i).violation()).isEmpty();
  }
}
