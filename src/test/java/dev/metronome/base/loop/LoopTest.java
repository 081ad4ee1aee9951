package dev.metronome.base.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class LoopTest {

  private final Loops loops = new Loops();
  private final CountDownLatch end = new CountDownLatch(1);

  private void untilEnd() {
    try {
      end.await();
    } catch (InterruptedException e) {
      return;
    }
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
  void a_loop_that_returns_before_it_is_closed_is_dead() {
    Loop loop = loops.of(Loop.Kind.QUEUE, "a", this::untilEnd).start();

    end.countDown();

    await().until(loop::isDead);
    assertThat(loops.all()).containsExactly(loop);
  }

  @Test
  void a_loop_that_throws_an_error_is_dead() {
    Loop loop =
        loops
            .of(
                Loop.Kind.QUEUE,
                "a",
                () -> {
                  throw new StackOverflowError();
                })
            .start();

    await().until(loop::isDead);
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
