package dev.metronome.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** What the project relies on in /v1/txn. */
interface TransactionContract extends ConsulUnderTest {
  String A = "\"Value\":\"YQ==\"";

  static String op(String verb, String key, String... more) {
    String extra = more.length == 0 ? "" : "," + String.join(",", more);
    return String.format(
        Locale.ROOT, "{\"KV\":{\"Verb\":\"%s\",\"Key\":\"%s\"%s}}", verb, key, extra);
  }

  static String index(long index) {
    return "\"Index\":" + index;
  }

  static String session(String session) {
    return "\"Session\":\"" + session + "\"";
  }

  private void assertRefused(String what, String... operations) {
    var refused = consul().txn(operations);
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.json().path("Results").isNull()).isTrue();
    var error = refused.json().path("Errors").path(0);
    assertThat(error.path("OpIndex").asInt()).isEqualTo(operations.length - 1);
    if (profile() == Profile.CONSUL_1_8) {
      assertThat(error.path("What").asText()).isEqualTo(what);
    } else { // which key it is about, and never a word that means a missing right
      assertThat(error.path("What").asText()).isNotEmpty().doesNotStartWith("Permission");
    }
  }

  @Test
  default void everything_in_a_transaction_has_one_index_and_later_operations_see_earlier_ones() {
    String key = ConsulUnderTest.unique();
    var done =
        consul()
            .txn(
                op("check-not-exists", key + "/1"),
                op("set", key + "/1", A, "\"Flags\":7"),
                op("set", key + "/2", A),
                op("get", key + "/1"),
                op("delete", key + "/2"),
                op("delete", key + "/absent"),
                op("get-tree", key + "/"));
    assertThat(done.status()).isEqualTo(200);
    assertThat(done.json().path("Errors").isNull()).isTrue();
    var results = done.json().path("Results");
    assertThat(results).as("check-not-exists and delete have none").hasSize(4);
    assertThat(results.path(0).path("KV").path("Value").isNull()).isTrue();
    assertThat(results.path(2).path("KV").path("Value").asText()).isEqualTo("YQ==");
    assertThat(results.path(2).path("KV").path("Flags").asInt()).isEqualTo(7);
    assertThat(results.path(3).path("KV").path("Key").asText()).isEqualTo(key + "/1");
    assertThat(results.findValuesAsText("ModifyIndex"))
        .hasSize(4)
        .allMatch(results.path(0).path("KV").path("CreateIndex").asText()::equals);
  }

  @Test
  default void an_equal_set_reports_the_old_modify_index() {
    String key = ConsulUnderTest.unique();
    var first = consul().txn(op("set", key, A)).json().findValue("ModifyIndex");
    assertThat(consul().txn(op("set", key, A)).json().findValue("ModifyIndex")).isEqualTo(first);
  }

  @Test
  default void a_transaction_is_all_or_nothing_and_names_every_failed_operation() {
    String key = ConsulUnderTest.unique();
    consul().txn(op("set", key + "/1", A));
    var refused =
        consul()
            .txn(
                op("set", key + "/2", A),
                op("delete-tree", key + "/1"),
                op("get", key + "/1"),
                op("check-not-exists", key + "/2"));
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.json().path("Errors").findValuesAsText("OpIndex")).containsExactly("2", "3");
    assertThat(consul().get("/v1/kv/" + key + "/?keys").json()).hasSize(1);
  }

  @Test
  default void checks_alone_are_a_query_that_tells_all_that_failed() {
    String key = ConsulUnderTest.unique();
    consul().txn(op("set", key, A));
    var passed = consul().txn(op("check-not-exists", key + "/1"));
    assertThat(passed.status()).isEqualTo(200);
    assertThat(passed.json().path("Results").isArray()).isTrue();
    assertThat(passed.json().has("KnownLeader")).isTrue();
    var refused =
        consul()
            .txn(
                op("check-not-exists", key),
                op("check-not-exists", key + "/1"),
                op("check-not-exists", key));
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.json().path("Errors").findValuesAsText("OpIndex")).containsExactly("0", "2");
  }

  @Test
  default void failed_conditions_say_which_and_why() {
    String key = ConsulUnderTest.unique();
    long at = consul().txn(op("set", key, A)).json().findValue("ModifyIndex").asLong();
    String none = key + "/none";
    String nobody = ConsulUnderTest.unique();

    assertRefused("key \"" + none + "\" doesn't exist", op("get", none));
    assertRefused("key \"" + key + "\" exists", op("check-not-exists", key));
    assertRefused(
        "failed index check for key \"" + key + "\", current modify index " + at + " != 1",
        op("check-index", key, index(1)));
    assertRefused(
        "failed to check index, key \"" + none + "\" doesn't exist",
        op("check-index", none, index(0)));
    assertRefused(
        "failed session check for key \"" + key + "\", current session \"\" != \"" + nobody + "\"",
        op("check-session", key, session(nobody)));
    assertRefused(
        "failed to check session, key \"" + none + "\" doesn't exist",
        op("check-session", none, session(nobody)));
    String stale = "failed to set key \"%s\", index is stale";
    assertRefused(stale.formatted(key), op("cas", key, A, index(1)));
    assertRefused(stale.formatted(key), op("cas", key, A, index(0)));
    assertRefused(stale.formatted(none), op("cas", none, A, index(1)));
    assertRefused(
        "failed to delete key \"" + key + "\", index is stale", op("delete-cas", key, index(1)));
    assertRefused("unknown KV verb \"nope\"", op("nope", key));
    assertRefused("Must provide key", op("set", "", A));
  }

  @Test
  default void met_conditions_pass() {
    String key = ConsulUnderTest.unique();
    long at = consul().txn(op("cas", key, A, index(0))).json().findValue("ModifyIndex").asLong();
    var done =
        consul()
            .txn(
                op("check-index", key, index(at)),
                op("check-session", key, session("")),
                op("cas", key, "\"Value\":\"Yg==\"", index(at)),
                op("delete-cas", key + "/none", index(5)));
    assertThat(done.status()).isEqualTo(200);
    assertThat(done.json().path("Results")).hasSize(3);
  }

  @Test
  default void locks_are_taken_checked_and_given_back() {
    String key = ConsulUnderTest.unique();
    String mine = consul().session("{}");
    String other = consul().session("{}");
    String nobody = ConsulUnderTest.unique();

    var taken = consul().txn(op("lock", key, A, session(mine)));
    assertThat(taken.json().findValue("Session").asText()).isEqualTo(mine);
    assertThat(taken.json().findValue("LockIndex").asInt()).isEqualTo(1);
    assertThat(consul().txn(op("check-session", key, session(mine))).status()).isEqualTo(200);
    assertRefused(
        "failed session check for key \"%s\", current session \"%s\" != \"%s\""
            .formatted(key, mine, other),
        op("check-session", key, session(other)));
    assertRefused(
        "failed to lock key \"" + key + "\", lock is already held",
        op("lock", key, A, session(other)));
    String notHeld = "failed to unlock key \"%s\", lock isn't held, or is held by another session";
    assertRefused(notHeld.formatted(key), op("unlock", key, A, session(other)));
    assertRefused("invalid session \"" + nobody + "\"", op("lock", key, A, session(nobody)));
    assertRefused("missing session", op("lock", key, A));
    var again = consul().txn(op("lock", key, "\"Value\":\"Yg==\"", session(mine)));
    assertThat(again.json().findValue("LockIndex").asInt()).isEqualTo(1);
    var given = consul().txn(op("unlock", key, A, session(mine)));
    assertThat(given.json().findValue("Session")).isNull();
    assertRefused(notHeld.formatted(key), op("unlock", key, A, session(mine)));
  }

  @Test
  default void a_destroyed_session_fails_every_check_and_its_lock_is_delayed() {
    String key = ConsulUnderTest.unique();
    String gone = consul().session("{\"LockDelay\":\"15s\"}");
    String next = consul().session("{}");
    consul().txn(op("lock", key, A, session(gone)));
    consul().put("/v1/session/destroy/" + gone);
    assertRefused(
        "failed session check for key \"" + key + "\", current session \"\" != \"" + gone + "\"",
        op("set", key + "/written", A),
        op("check-session", key, session(gone)));
    assertRefused("invalid session \"" + gone + "\"", op("lock", key + "/2", A, session(gone)));
    assertRefused(
        "failed to lock key \"" + key + "\" due to lock delay",
        op("set", key + "/written", A),
        op("lock", key, A, session(next)));
    assertThat(consul().get("/v1/kv/" + key + "/written").status()).isEqualTo(404);
  }

  /** So many fit: 64 at first, 128 since some version between two profiles. */
  private int operations() {
    return profile() == Profile.CONSUL_1_8 ? 64 : 128;
  }

  @Test
  default void there_may_be_64_operations_and_more_from_1_14_on_and_512_kib() {
    String key = ConsulUnderTest.unique();
    int limit = operations();
    String[] most = Collections.nCopies(64, op("set", key, A)).toArray(String[]::new);
    String[] tooMany = Collections.nCopies(limit + 1, op("set", key, A)).toArray(String[]::new);
    assertThat(consul().txn(most).json().path("Results")).hasSize(64);
    assertThat(consul().txn(tooMany).status()).isEqualTo(413);
    assertRefused(
        consul().txn(tooMany),
        413,
        "Transaction contains too many operations (" + (limit + 1) + " > " + limit + ")");

    String large = op("set", key, "\"Value\":\"" + "A".repeat(512 * 1024 - 200) + "\"");
    assertThat(consul().txn(large).status()).isEqualTo(200);
    var refused = consul().txn(large.replace("AAAA", "AAAAA"));
    assertThat(refused.status()).isEqualTo(413);
    assertRefused(refused, 413, "too large, max size: 524288 bytes.");
    consul().delete("/v1/kv/" + key);
  }

  @Test
  default void what_is_no_transaction_is_refused() {
    assertThat(consul().txn().json().path("Results")).isEmpty();
    assertRefused(consul().put("/v1/txn", "{bad"), 400, "");
    assertRefused(
        consul().txn("{\"Foo\":{}}"), 400, "Failed to parse body: json: unknown field \"Foo\"");
    assertRefused(consul().txn(op("set", "x", "\"Value\":\"@@@\"")), 400, "");
  }
}
