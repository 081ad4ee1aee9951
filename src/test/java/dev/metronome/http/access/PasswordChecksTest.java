package dev.metronome.http.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How many passwords are checked at a time. */
class PasswordChecksTest {

  private final PasswordChecks checks = new PasswordChecks();
  private final CountDownLatch slow = new CountDownLatch(1);
  private final AtomicInteger done = new AtomicInteger();
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();

  @AfterEach
  void end() {
    slow.countDown();
  }

  private Optional<Future<Optional<User>>> begin(String address, String password) {
    return checks.begin(
        address,
        new RequestCredentials(Optional.of("alice"), password),
        () -> {
          most.accumulateAndGet(running.incrementAndGet(), Math::max);
          try {
            slow.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          running.decrementAndGet();
          done.incrementAndGet();
          return Optional.of(new User("alice", Role.READ));
        });
  }

  @Test
  void no_address_takes_all_the_places() {
    for (int i = 0; i < PasswordChecks.MOST_OF_ONE; i++) {
      assertThat(begin("10.0.0.1", "a" + i)).isPresent();
    }
    assertThat(begin("10.0.0.1", "one more")).isEmpty();
    assertThat(begin("10.0.0.2", "b")).isPresent();
  }

  @Test
  void beyond_sixteen_nobody_waits_and_afterwards_somebody_may_again() {
    for (int i = 0; i < PasswordChecks.MOST; i++) {
      assertThat(begin("10.0.0." + i, "a" + i)).isPresent();
    }
    assertThat(begin("10.0.1.1", "b")).isEmpty();

    slow.countDown();

    await().until(() -> done.get() == PasswordChecks.MOST);
    assertThat(most).as("checked at a time").hasValue(1);
    await().until(() -> begin("10.0.1.1", "b").isPresent());
  }

  @Test
  void an_address_has_its_places_again_once_its_passwords_are_checked() {
    for (int i = 0; i < PasswordChecks.MOST_OF_ONE; i++) {
      begin("10.0.0.1", "a" + i);
    }
    slow.countDown();
    await().until(() -> done.get() == PasswordChecks.MOST_OF_ONE);
    await().until(() -> begin("10.0.0.1", "again").isPresent());
  }

  @Test
  void a_check_that_fails_finds_nobody() {
    RequestCredentials shown = new RequestCredentials(Optional.of("alice"), "a");
    Future<Optional<User>> found =
        checks
            .begin(
                "10.0.0.1",
                shown,
                () -> {
                  throw new IllegalStateException("on purpose");
                })
            .orElseThrow();
    await().until(found::isComplete);
    assertThat(found.result()).isEmpty();
  }

  @Test
  void the_same_password_is_checked_once() {
    Future<Optional<User>> first = begin("10.0.0.1", "a").orElseThrow();
    for (int i = 0; i < 20; i++) {
      assertThat(begin("10.0.0.1", "a")).hasValue(first);
    }
    slow.countDown();

    await().until(first::isComplete);

    assertThat(first.result()).hasValue(new User("alice", Role.READ));
    assertThat(done).hasValue(1);
  }
}
