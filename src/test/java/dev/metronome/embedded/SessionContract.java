package dev.metronome.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What the project relies on in /v1/session, checks apart. */
interface SessionContract extends ConsulUnderTest {

  private ConsulHttp.Response info(String id) {
    return consul().get("/v1/session/info/" + id);
  }

  private boolean acquires(String key, String session) {
    return consul().put(key + "?acquire=" + session, "x").text().startsWith("true");
  }

  @Test
  default void a_session_has_the_defaults_and_is_of_the_agents_node() {
    String id = agent(BETA).put("/v1/session/create").json().path("ID").asText();
    var session = info(id);
    assertThat(session.first("Node").asText()).isEqualTo(BETA);
    assertThat(session.first("LockDelay").asLong()).isEqualTo(15_000_000_000L);
    assertThat(session.first("Behavior").asText()).isEqualTo("release");
    assertThat(session.first("TTL").asText()).isEmpty();
    assertThat(session.first("NodeChecks").toString()).isEqualTo("[\"serfHealth\"]");
    assertThat(session.index()).isGreaterThanOrEqualTo(session.first("CreateIndex").asLong());
    assertThat(consul().get("/v1/session/list").json().findValuesAsText("ID")).contains(id);
    assertThat(consul().get("/v1/session/node/" + BETA).json().findValuesAsText("ID")).contains(id);
    assertThat(consul().get("/v1/session/node/" + ALPHA).json().findValuesAsText("ID"))
        .doesNotContain(id);
  }

  @Test
  default void a_session_is_as_it_was_asked_for() {
    String id =
        consul()
            .session(
                """
                {"Name": "n", "TTL": "10s", "LockDelay": "250ms", "Behavior": "delete",
                 "Node": "beta"}
                """);
    var session = info(id);
    assertThat(session.first("Name").asText()).isEqualTo("n");
    assertThat(session.first("TTL").asText()).isEqualTo("10s");
    assertThat(session.first("LockDelay").asLong()).isEqualTo(250_000_000L);
    assertThat(session.first("Behavior").asText()).isEqualTo("delete");
    assertThat(session.first("Node").asText()).isEqualTo(BETA);
    consul().put("/v1/session/destroy/" + id);
  }

  /** A trap: a client that always sends its list of checks makes sessions that nothing ends. */
  @Test
  default void an_empty_list_of_checks_means_not_even_serf_health() {
    String id = consul().session("{\"Checks\":[]}");
    assertThat(info(id).first("NodeChecks")).isEmpty();
  }

  @Test
  default void an_absent_session_is_empty_for_info_404_for_renew_and_no_error_for_destroy() {
    String nobody = ConsulUnderTest.unique();
    assertThat(info(nobody).status()).isEqualTo(200);
    assertThat(info(nobody).text().strip()).isEqualTo("[]");
    var renewed = consul().put("/v1/session/renew/" + nobody);
    assertThat(renewed.status()).isEqualTo(404);
    assertRefused(renewed, 404, "Session id '" + nobody + "' not found");
    assertThat(consul().put("/v1/session/destroy/" + nobody).text()).startsWith("true");
    assertRefused(
        consul().put("/v1/session/destroy/abc"),
        500,
        "failed session lookup: index error: UUID must be 36 characters");
  }

  @Test
  default void what_cannot_be_a_session_is_refused() {
    assertRefused(500, "must be between [10s=24h0m0s]", "{\"TTL\":\"5s\"}");
    assertRefused(500, "Invalid Session TTL '172800000000000'", "{\"TTL\":\"48h\"}");
    assertRefused(500, "Session TTL 'abc' invalid", "{\"TTL\":\"abc\"}");
    assertRefused(500, "Invalid Behavior setting 'foo'", "{\"Behavior\":\"foo\"}");
    assertRefused(500, "Missing node registration", "{\"Node\":\"nowhere\"}");
    assertRefused(400, "Request decode failed", "{bad");
  }

  private void assertRefused(int status, String text, String body) {
    assertRefused(consul().put("/v1/session/create", body), status, text);
  }

  @Test
  default void releasing_a_lock_starts_no_delay() {
    String key = ConsulUnderTest.key();
    String mine = consul().session("{}");
    String next = consul().session("{}");
    acquires(key, mine);
    consul().put(key + "?release=" + mine, "x");
    consul().put("/v1/session/destroy/" + mine);
    assertThat(acquires(key, next)).isTrue();
  }

  @Test
  default void destroying_a_session_releases_its_locks_and_delays_them() {
    String key = ConsulUnderTest.key();
    String mine = consul().session("{\"LockDelay\":\"1s\"}");
    String next = consul().session("{}");
    acquires(key, mine);
    long before = consul().get(key).index();
    long start = System.nanoTime();
    consul().put("/v1/session/destroy/" + mine);

    var released = consul().get(key);
    assertThat(released.json().path(0).has("Session")).isFalse();
    assertThat(released.first("LockIndex").asInt()).isEqualTo(1);
    assertThat(released.index()).isGreaterThan(before);
    Awaitility.await().until(() -> acquires(key, next));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(950));
    assertThat(consul().get(key).first("LockIndex").asInt()).isEqualTo(2);
  }

  @Test
  default void a_lock_delay_of_zero_is_none() {
    String key = ConsulUnderTest.key();
    String mine = consul().session("{\"LockDelay\":\"0s\"}");
    String next = consul().session("{}");
    assertThat(info(mine).first("LockDelay").asLong()).isZero();
    acquires(key, mine);
    consul().put("/v1/session/destroy/" + mine);
    assertThat(acquires(key, next)).isTrue();
  }

  @Test
  default void a_session_that_deletes_takes_its_keys_with_it() {
    String key = ConsulUnderTest.key();
    String mine = consul().session("{\"Behavior\":\"delete\",\"LockDelay\":\"0s\"}");
    acquires(key, mine);
    consul().put("/v1/session/destroy/" + mine);
    assertThat(consul().get(key).status()).isEqualTo(404);
  }

  @Test
  default void a_watch_of_a_session_returns_when_it_ends() {
    String id = consul().session("{}");
    var watch = consul().watch("/v1/session/info/" + id, info(id).index(), "9m");
    consul().put("/v1/session/destroy/" + id);
    Awaitility.await()
        .atMost(BlockingContract.SOON)
        .untilAsserted(() -> assertThat(watch).isCompleted());
    assertThat(info(id).json()).isEmpty();
  }

  @Test
  default void a_session_outlives_its_ttl_while_renewed_and_ends_within_twice_of_it() {
    String key = ConsulUnderTest.key();
    String id = consul().session("{\"TTL\":\"10s\",\"LockDelay\":\"0s\"}");
    acquires(key, id);
    elapse(Duration.ofSeconds(7));
    assertThat(consul().put("/v1/session/renew/" + id).first("ID").asText()).isEqualTo(id);
    elapse(Duration.ofSeconds(8));
    assertThat(info(id).json()).hasSize(1);
    elapse(Duration.ofSeconds(12));
    Awaitility.await()
        .atMost(BlockingContract.SOON)
        .untilAsserted(() -> assertThat(info(id).json()).isEmpty());
    assertThat(consul().get(key).json().path(0).has("Session")).isFalse();
  }
}
