package dev.metronome.base.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.testing.LogLines;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LoopTest {

  private final Loops loops = new Loops();
  private final CountDownLatch end = new CountDownLatch(1);

  private Duration untilEnd() throws InterruptedException {
    end.await();
    return Duration.ZERO;
  }

  @Test
  void a_loop_that_runs_is_known_and_not_dead() {
    Loop loop = loops.of(Loop.Kind.WATCH, "a", this::untilEnd).start();

    assertThat(loops.all()).containsExactly(loop);
    assertThat(loop.isDead()).isFalse();
    assertThat(loop).hasToString("watch a");
    end.countDown();
  }

  @Test
  void a_loop_that_has_not_been_started_is_neither_known_nor_dead() {
    assertThat(loops.of(Loop.Kind.WATCH, "a", this::untilEnd).isDead()).isFalse();
    assertThat(loops.all()).isEmpty();
  }

  @Test
  void a_thread_that_ends_before_its_loop_is_closed_is_dead() {
    Loop loop =
        loops
            .of(
                Loop.Kind.QUEUE,
                "a",
                () -> {
                  throw new InterruptedException("by nobody who closed it");
                })
            .start();

    await().until(loop::isDead);
    assertThat(loops.all()).containsExactly(loop);
  }

  @Test
  void one_that_goes_on_wakes_those_that_wait_after_a_failure() {
    AtomicBoolean down = new AtomicBoolean(true);
    Turn turn =
        () -> {
          if (down.get()) {
            throw new IllegalStateException("Consul is away");
          }
          return Turn.UNTIL_WOKEN;
        };
    Backoff hours = new Backoff(36_000_000, 36_000_000);
    try (Loop patient = new Loop(Loop.Kind.WATCH, "patient", loops, turn, hours).start();
        Loop quick = loops.of(Loop.Kind.SESSION, "quick", turn).start()) {
      await().until(() -> patient.trouble(Duration.ZERO).isPresent());
      await().until(() -> quick.trouble(Duration.ZERO).isPresent());

      down.set(false);

      await().until(() -> patient.trouble(Duration.ZERO).isEmpty());
    }
  }

  @Test
  void whatever_a_turn_throws_it_is_taken_again_and_said_once() {
    AtomicInteger turns = new AtomicInteger();
    try (LogLines log = LogLines.of(Loop.class);
        Loop loop =
            loops.of(
                Loop.Kind.QUEUE,
                "a",
                () ->
                    switch (turns.incrementAndGet()) {
                      case 1 -> throw new StackOverflowError();
                      case 2 -> throw new IllegalStateException("again");
                      default -> Turn.UNTIL_WOKEN;
                    })) {
      loop.start();

      await()
          .untilAsserted(
              () ->
                  assertThat(log.lines())
                      .containsExactly(
                          "WARNING queue=a state=failing, it will be tried again:"
                              + " StackOverflowError",
                          "INFO queue=a state=recovered"));
      assertThat(turns).hasValue(3);
      assertThat(loop.trouble(Duration.ZERO)).isEmpty();
      assertThat(loop.isDead()).isFalse();
    }
  }

  @Test
  void who_wakes_a_loop_ends_its_pause_or_leaves_out_the_next() {
    AtomicInteger turns = new AtomicInteger();
    try (Loop loop =
        loops.of(
            Loop.Kind.LOOK,
            "a",
            () -> {
              turns.incrementAndGet();
              return Turn.UNTIL_WOKEN;
            })) {
      loop.wake();
      loop.startAfter(Turn.UNTIL_WOKEN);

      await().until(() -> turns.get() == 1);
      loop.wake();
      await().until(() -> turns.get() == 2);
    }
  }

  @Test
  void closing_ends_a_pause_and_what_is_to_be_done_at_the_end_is() {
    Loop loop = loops.of(Loop.Kind.LOOK, "a", () -> Turn.UNTIL_WOKEN).atEnd(end::countDown).start();

    loop.close();

    await().until(() -> end.getCount() == 0);
    assertThat(loop.isDead()).isFalse();
  }

  @Test
  void a_loop_that_is_closed_first_is_not_dead_and_forgotten() throws Exception {
    Loop loop = loops.of(Loop.Kind.SESSION, "a", this::untilEnd).start();

    loop.interrupt();
    loop.join(Duration.ofSeconds(30));

    assertThat(loop.isDead()).isFalse();
    assertThat(loops.all()).isEmpty();
  }

  @Test
  void trouble_lasts_from_its_first_failure_until_the_loop_gets_round() {
    Loop loop = loops.of(Loop.Kind.WATCH, "a", this::untilEnd);
    assertThat(loop.trouble(Duration.ZERO)).isEmpty();

    loop.failing("no answer");
    loop.failing("refused");

    assertThat(loop.trouble(Duration.ZERO)).hasValue("refused");
    assertThat(loop.trouble(Duration.ofHours(1))).isEmpty();
    loop.turned();
    assertThat(loop.trouble(Duration.ZERO)).isEmpty();
  }

  @Test
  void several_failures_do_not_begin_the_trouble_anew() {
    Loop loop = loops.of(Loop.Kind.WATCH, "a", this::untilEnd);

    loop.failing("no answer");
    await()
        .until(
            () -> {
              loop.failing("still no answer");
              return loop.trouble(Duration.ofMillis(300)).isPresent();
            });
  }
}
