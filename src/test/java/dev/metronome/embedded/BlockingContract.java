package dev.metronome.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What the project relies on in blocking queries of keys: what wakes them and what does not. */
interface BlockingContract extends ConsulUnderTest {
  /** Long, since a busy machine is no fault, but shorter than any query of these tests waits. */
  Duration SOON = Duration.ofMinutes(2);

  Duration QUIET = Duration.ofMillis(400);

  /** Blocks, until it is seen that nothing comes. */
  static void assertStillWaiting(CompletableFuture<?> watch) {
    Awaitility.await().during(QUIET).atMost(SOON).until(() -> !watch.isDone());
  }

  static ConsulHttp.Response assertWoken(CompletableFuture<ConsulHttp.Response> watch) {
    assertThat(watch).succeedsWithin(SOON);
    return watch.join();
  }

  @Test
  default void a_watch_returns_when_its_key_is_written() {
    String key = ConsulUnderTest.key();
    consul().put(key, "a");
    var watch = consul().watch(key, consul().get(key).index(), "9m");
    assertStillWaiting(watch);
    agent(BETA).put(key, "b");
    assertThat(assertWoken(watch).first("Value").asText()).isEqualTo("Yg==");
  }

  @Test
  default void a_watch_returns_when_its_key_is_deleted() {
    String key = ConsulUnderTest.key();
    consul().put(key, "a");
    long index = consul().get(key).index();
    var watch = consul().watch(key, index, "9m");
    consul().delete(key);
    var woken = assertWoken(watch);
    assertThat(woken.status()).isEqualTo(404);
    assertThat(woken.index()).isGreaterThan(index);
  }

  @Test
  default void a_watch_that_sees_nothing_returns_the_same_index_when_its_time_is_up() {
    String key = ConsulUnderTest.key();
    consul().put(key, "a");
    long index = consul().get(key).index();
    long start = System.nanoTime();
    var woken = assertWoken(consul().watch(key, index, "300ms"));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(290));
    assertThat(woken.index()).isEqualTo(index);
    assertThat(woken.status()).isEqualTo(200);
  }

  @Test
  default void an_index_that_is_past_already_returns_at_once_and_one_of_the_future_waits() {
    String key = ConsulUnderTest.key();
    consul().put(key, "a");
    long index = consul().get(key).index();
    assertWoken(consul().watch(key, index - 1, "9m"));
    assertStillWaiting(consul().watch(key, index + 1_000_000, "9m"));
  }

  @Test
  default void an_equal_put_wakes_nobody() {
    String key = ConsulUnderTest.key();
    consul().put(key, "a");
    var watch = consul().watch(key, consul().get(key).index(), "9m");
    consul().put(key, "a");
    assertStillWaiting(watch);
  }

  @Test
  default void a_prefix_with_keys_is_woken_by_changes_under_it_only() {
    String key = ConsulUnderTest.key();
    consul().put(key + "/a/1", "x");
    long index = consul().get(key + "/a/?recurse").index();
    var watch = consul().watch(key + "/a/?recurse", index, "9m");
    consul().put(key + "/b/1", "x");
    consul().put(key + "/a", "x");
    consul().put(ConsulUnderTest.key(), "x");
    assertStillWaiting(watch);
    consul().put(key + "/a/2", "x");
    assertThat(assertWoken(watch).json()).hasSize(2);
  }

  @Test
  default void an_absent_prefix_is_woken_by_writes_near_it() {
    String key = ConsulUnderTest.key();
    consul().put(key + "/b", "x");
    long index = consul().get(key + "/a/?recurse").index();
    var watch = consul().watch(key + "/a/?recurse", index, "9m");
    assertStillWaiting(watch);
    consul().put(key + "/b", "y");
    var woken = assertWoken(watch);
    assertThat(woken.status()).isEqualTo(404);
    assertThat(woken.index()).isGreaterThan(index);
  }

  @Test
  default void the_index_of_a_prefix_does_not_fall_when_its_newest_key_is_deleted() {
    String key = ConsulUnderTest.key();
    consul().put(key + "/1", "x");
    consul().put(key + "/2", "x");
    long index = consul().get(key + "/?keys").index();
    var watch = consul().watch(key + "/?keys", index, "9m");
    consul().delete(key + "/2");
    var woken = assertWoken(watch);
    assertThat(woken.json()).hasSize(1);
    assertThat(woken.index()).isGreaterThan(index);
  }

  @Test
  default void a_prefix_that_has_become_empty_keeps_the_index_of_its_last_deletion() {
    String key = ConsulUnderTest.key();
    consul().put(key + "/1", "x");
    consul().delete(key + "/1");
    long index = consul().get(key + "/?recurse").index();
    consul().put(ConsulUnderTest.key(), "x");
    consul().put(key + "0", "x");
    assertThat(consul().get(key + "/?recurse").index()).isEqualTo(index);
  }

  /** So a parent is to be deleted key by key, or by a prefix that nobody watches below. */
  @Test
  default void deleting_a_parent_prefix_can_go_unnoticed_by_the_watch_of_a_child() {
    String key = ConsulUnderTest.key();
    consul().put(key + "/a/old", "x");
    consul().delete(key + "/a/old");
    consul().put(key + "/a/1", "x");
    long index = consul().get(key + "/a/?recurse").index();
    var watch = consul().watch(key + "/a/?recurse", index, "9m");
    consul().delete(key + "/?recurse");
    assertStillWaiting(watch);
    var after = consul().get(key + "/a/?recurse");
    assertThat(after.status()).isEqualTo(404);
    assertThat(after.index()).isLessThan(index);
  }

  @Test
  default void deleting_a_parent_prefix_wakes_the_watch_of_a_child_without_earlier_deletions() {
    String key = ConsulUnderTest.key();
    consul().put(key + "/a/1", "x");
    long index = consul().get(key + "/a/?recurse").index();
    var watch = consul().watch(key + "/a/?recurse", index, "9m");
    consul().delete(key + "/?recurse");
    assertThat(assertWoken(watch).status()).isEqualTo(404);
  }

  @Test
  default void a_refused_transaction_wakes_nobody() {
    String key = ConsulUnderTest.key();
    String name = key.substring("/v1/kv/".length());
    consul().put(key + "/1", "x");
    long index = consul().get(key + "/?recurse").index();
    var watch = consul().watch(key + "/?recurse", index, "9m");
    var refused =
        consul()
            .txn(
                "{\"KV\":{\"Verb\":\"set\",\"Key\":\"" + name + "/2\",\"Value\":\"YQ==\"}}",
                "{\"KV\":{\"Verb\":\"check-not-exists\",\"Key\":\"" + name + "/1\"}}");
    assertThat(refused.status()).isEqualTo(409);
    assertStillWaiting(watch);
    assertThat(consul().get(key + "/?keys").json()).hasSize(1);
  }
}
