package dev.metronome.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What the project relies on in /v1/kv. */
interface KeyValueContract extends ConsulUnderTest {

  @Test
  default void a_key_is_read_as_it_was_written() {
    String key = ConsulUnderTest.key();
    assertThat(consul().put(key + "?flags=42", "hello").text()).startsWith("true");

    var read = consul().get(key);

    assertThat(read.status()).isEqualTo(200);
    assertThat(read.first("Key").asText()).isEqualTo(key.substring("/v1/kv/".length()));
    assertThat(read.first("Value").asText()).isEqualTo("aGVsbG8=");
    assertThat(read.first("Flags").asLong()).isEqualTo(42);
    assertThat(read.first("LockIndex").asLong()).isZero();
    assertThat(read.json().path(0).has("Session")).isFalse();
    assertThat(read.first("ModifyIndex").asLong())
        .isEqualTo(read.first("CreateIndex").asLong())
        .isEqualTo(read.index());
    assertThat(read.header("X-Consul-KnownLeader")).isEqualTo("true");
    assertThat(read.header("X-Consul-LastContact")).isEqualTo("0");
    assertThat(consul().get(key + "?raw").text()).isEqualTo("hello");
  }

  @Test
  default void an_absent_key_is_404_without_a_body_but_with_an_index() {
    String key = ConsulUnderTest.key();
    for (String query : new String[] {"", "?recurse", "?keys", "?raw"}) {
      var read = consul().get(key + query);
      assertThat(read.status()).isEqualTo(404);
      assertThat(read.text()).isEmpty();
      assertThat(read.index()).isPositive();
    }
  }

  @Test
  default void an_equal_put_does_not_move_the_modify_index() {
    String key = ConsulUnderTest.key();
    consul().put(key, "same");
    long before = consul().get(key).index();
    consul().put(key, "same");
    assertThat(consul().get(key).first("ModifyIndex").asLong()).isEqualTo(before);
    consul().put(key, "other");
    assertThat(consul().get(key).first("ModifyIndex").asLong()).isGreaterThan(before);
  }

  @Test
  default void an_empty_value_is_null() {
    String key = ConsulUnderTest.key();
    consul().put(key, "");
    assertThat(consul().get(key).first("Value").isNull()).isTrue();
  }

  @Test
  default void compare_and_set_writes_only_over_the_named_index() {
    String key = ConsulUnderTest.key();
    assertThat(consul().put(key + "?cas=7", "a").text()).startsWith("false");
    assertThat(consul().put(key + "?cas=0", "a").text()).startsWith("true");
    assertThat(consul().put(key + "?cas=0", "b").text()).startsWith("false");
    long index = consul().get(key).index();
    assertThat(consul().put(key + "?cas=" + (index + 1), "b").text()).startsWith("false");
    assertThat(consul().put(key + "?cas=" + index, "b").text()).startsWith("true");
    assertThat(consul().delete(key + "?cas=" + index).text()).startsWith("false");
    long newer = consul().get(key).index();
    assertThat(consul().delete(key + "?cas=" + newer).text()).startsWith("true");
    assertThat(consul().delete(key + "?cas=" + newer).text()).startsWith("true");
  }

  @Test
  default void a_prefix_is_listed_in_order_and_its_names_are_cut_at_the_separator() {
    String key = ConsulUnderTest.key();
    String name = key.substring("/v1/kv/".length());
    consul().put(key + "/b/1", "x");
    consul().put(key + "/b/2", "x");
    consul().put(key + "/a", "x");
    consul().put(key + "0", "x");
    assertThat(consul().get(key + "/?recurse").json().findValuesAsText("Key"))
        .containsExactly(name + "/a", name + "/b/1", name + "/b/2");
    assertThat(consul().get(key + "/?keys").json()).hasSize(3);
    assertThat(consul().get(key + "/?keys&separator=/").json().toString())
        .isEqualTo("[\"" + name + "/a\",\"" + name + "/b/\"]");
    assertThat(consul().delete(key + "/?recurse").text()).startsWith("true");
    assertThat(consul().get(key + "/?recurse").status()).isEqualTo(404);
    assertThat(consul().get(key + "0").status()).isEqualTo(200);
  }

  @Test
  default void a_key_may_hold_what_must_be_escaped_in_a_path() {
    String key = ConsulUnderTest.key();
    String name = key.substring("/v1/kv/".length());
    if (!profile().takesKey(name + "/a b?+é")) {
      assertRefused(consul().put(key + "/a%20b%3F+%C3%A9", "x"), 500, "");
      return;
    }
    consul().put(key + "/a%20b%3F+%C3%A9", "x");
    assertThat(consul().get(key + "/?keys").json().path(0).asText()).isEqualTo(name + "/a b?+é");
    assertThat(consul().get(key + "%2Fa%20b%3f+%C3%A9").status()).isEqualTo(200);
  }

  @Test
  default void a_value_may_have_512_kib_and_not_a_byte_more() {
    String key = ConsulUnderTest.key();
    String largest = "x".repeat(512 * 1024);
    assertThat(consul().put(key, largest).text()).startsWith("true");
    var refused = consul().put(key, largest + "x");
    assertThat(refused.status()).isEqualTo(413);
    assertRefused(refused, 413, "Request body(524289 bytes) too large, max size: 524288 bytes.");
    assertThat(consul().get(key).status()).isEqualTo(200);
    consul().delete(key);
  }

  @Test
  default void one_session_at_a_time_holds_a_lock() {
    String key = ConsulUnderTest.key();
    String mine = consul().session("{}");
    String other = agent(BETA).session("{}");

    assertThat(consul().put(key + "?acquire=" + mine, "a").text()).startsWith("true");
    assertThat(consul().put(key + "?acquire=" + mine, "b").text()).startsWith("true");
    assertThat(consul().put(key + "?acquire=" + other, "c").text()).startsWith("false");
    assertThat(consul().put(key + "?release=" + other, "c").text()).startsWith("false");
    assertThat(consul().get(key).first("LockIndex").asLong()).isEqualTo(1);
    assertThat(consul().get(key).first("Session").asText()).isEqualTo(mine);

    assertThat(consul().put(key + "?release=" + mine, "d").text()).startsWith("true");
    assertThat(consul().get(key).json().path(0).has("Session")).isFalse();
    assertThat(consul().put(key + "?acquire=" + other, "e").text()).startsWith("true");
    assertThat(consul().get(key).first("LockIndex").asLong()).isEqualTo(2);
  }

  /** A lock is advisory, and its LockIndex is no sequencer once someone writes past it. */
  @Test
  default void a_plain_put_to_a_locked_key_succeeds_keeps_the_lock_and_resets_the_lock_index() {
    String key = ConsulUnderTest.key();
    String mine = consul().session("{}");
    consul().put(key + "?acquire=" + mine, "a");
    assertThat(consul().put(key, "past").text()).startsWith("true");
    assertThat(consul().get(key).first("Session").asText()).isEqualTo(mine);
    assertThat(consul().get(key).first("LockIndex").asLong()).isZero();
  }

  @Test
  default void a_lock_for_an_unknown_session_is_a_server_error() {
    String nobody = ConsulUnderTest.unique();
    var refused = consul().put(ConsulUnderTest.key() + "?acquire=" + nobody, "a");
    assertRefused(refused, 500, "invalid session \"" + nobody + "\"");
  }

  @Test
  default void what_is_no_request_is_refused() {
    assertThat(consul().get("/v1/nothing").status()).isEqualTo(404);
    assertRefused(consul().get("/v1/kv/"), 400, "Missing key name");
    assertThat(consul().get("/v1/kv/a//b").status()).isBetween(300, 499);
    assertRefused(consul().send("POST", "/v1/kv/a", "x").join(), 405, "method POST not allowed");
    assertRefused(consul().get("/v1/kv/a?index=x"), 400, "Invalid index");
    assertRefused(consul().get("/v1/kv/a?index=1&wait=x"), 400, "Invalid wait time");
    assertThat(consul().send("HEAD", "/v1/kv/a", "").join().status()).isBetween(200, 405);
  }
}
