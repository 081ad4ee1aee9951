package dev.metronome.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What the project relies on in checks and in the sessions that depend on them. */
interface CheckContract extends ConsulUnderTest {
  Duration PATIENCE = BlockingContract.SOON;

  private void register(String service, String check) {
    String body =
        "{\"Name\":\"%s\",\"Tags\":[\"t\"],\"Check\":{\"CheckID\":\"%s-check\",%s}}"
            .formatted(service, service, check);
    assertThat(consul().put("/v1/agent/service/register", body).status()).isEqualTo(200);
    Awaitility.await().atMost(PATIENCE).until(() -> !status(service).isEmpty());
  }

  private String status(String service) {
    return consul().get("/v1/health/checks/" + service).first("Status").asText();
  }

  private ConsulHttp.Response sessionOn(String service) {
    return consul()
        .put(
            "/v1/session/create",
            "{\"LockDelay\":\"0s\",\"Checks\":[\"serfHealth\",\"%s-check\"]}".formatted(service));
  }

  private void assertEnds(String session) {
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(consul().get("/v1/session/info/" + session).json()).isEmpty());
  }

  @Test
  default void a_check_is_critical_until_it_is_said_or_seen_to_be_otherwise() {
    String service = ConsulUnderTest.unique();
    register(service, "\"TTL\":\"60s\"");
    assertThat(status(service)).isEqualTo("critical");
    var refused = sessionOn(service);
    assertRefused(refused, 500, "rpc error making call: Check '");
    assertThat(refused.text()).contains("Check '" + service + "-check' is in critical state");
    consul().put("/v1/agent/check/pass/" + service + "-check?note=fine");
    Awaitility.await().atMost(PATIENCE).until(() -> status(service).equals("passing"));
    assertThat(sessionOn(service).status()).isEqualTo(200);
    consul().put("/v1/agent/service/deregister/" + service);
  }

  @Test
  default void a_session_on_an_absent_check_is_refused() {
    String text = "rpc error making call: Missing check 'nothing-check' registration";
    assertRefused(sessionOn("nothing"), 500, text);
  }

  @Test
  default void a_session_shows_its_checks() {
    String service = ConsulUnderTest.unique();
    register(service, "\"TTL\":\"60s\",\"Status\":\"passing\"");
    String id = sessionOn(service).json().path("ID").asText();
    var session = consul().get("/v1/session/info/" + id);
    assertThat(session.first("NodeChecks").toString()).isEqualTo("[\"serfHealth\"]");
    assertThat(session.first("Checks").toString())
        .isEqualTo("[\"serfHealth\",\"" + service + "-check\"]");
    consul().put("/v1/agent/service/deregister/" + service);
  }

  @Test
  default void a_session_ends_when_its_check_turns_critical_but_not_when_it_warns() {
    String service = ConsulUnderTest.unique();
    String key = ConsulUnderTest.key();
    register(service, "\"TTL\":\"60s\",\"Status\":\"passing\"");
    String id = sessionOn(service).json().path("ID").asText();
    consul().put(key + "?acquire=" + id, "x");
    consul().put("/v1/agent/check/warn/" + service + "-check");
    Awaitility.await().atMost(PATIENCE).until(() -> status(service).equals("warning"));
    assertThat(consul().get("/v1/session/info/" + id).json()).hasSize(1);
    consul().put("/v1/agent/check/fail/" + service + "-check");
    assertEnds(id);
    assertThat(consul().get(key).json().path(0).has("Session")).isFalse();
    consul().put("/v1/agent/service/deregister/" + service);
  }

  @Test
  default void a_session_ends_when_its_service_is_deregistered() {
    String service = ConsulUnderTest.unique();
    register(service, "\"TTL\":\"60s\",\"Status\":\"passing\"");
    String id = sessionOn(service).json().path("ID").asText();
    consul().put("/v1/agent/service/deregister/" + service);
    assertEnds(id);
    assertThat(consul().get("/v1/health/service/" + service).json()).isEmpty();
  }

  @Test
  default void a_session_survives_that_its_service_is_registered_again_as_passing() {
    String service = ConsulUnderTest.unique();
    register(service, "\"TTL\":\"60s\",\"Status\":\"passing\"");
    String id = sessionOn(service).json().path("ID").asText();
    register(service, "\"TTL\":\"60s\",\"Status\":\"passing\"");
    BlockingContract.assertStillWaiting(
        consul()
            .watch("/v1/session/info/" + id, consul().get("/v1/session/info/" + id).index(), "9m"));
    assertThat(consul().get("/v1/session/info/" + id).json()).hasSize(1);
    consul().put("/v1/agent/service/deregister/" + service);
  }

  private JsonNode maintenanceOf(String service) {
    return consul().get("/v1/agent/checks").json().path("_service_maintenance:" + service);
  }

  @Test
  default void a_service_in_maintenance_is_critical_for_the_reason_that_was_given_first() {
    String service = ConsulUnderTest.unique();
    String path = "/v1/agent/service/maintenance/" + service;
    assertThat(consul().put(path + "?enable=true").status()).isEqualTo(404);
    assertRefused(
        consul().put(path + "?enable=false"),
        404,
        "No service registered with ID \"" + service + "\"");
    register(service, "\"TTL\":\"60s\",\"Status\":\"passing\"");
    assertThat(consul().put(path).status()).isEqualTo(400);
    assertThat(consul().put(path + "?enable=true&reason=a+new+disk").status()).isEqualTo(200);
    assertThat(consul().put(path + "?enable=true&reason=another").status()).isEqualTo(200);
    JsonNode check = maintenanceOf(service);
    assertThat(check.path("Notes").asText()).isEqualTo("a new disk");
    assertThat(check.path("Status").asText()).isEqualTo("critical");
    assertThat(check.path("ServiceID").asText()).isEqualTo(service);
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> consul().get("/v1/health/service/" + service + "?passing").json().isEmpty());
    assertThat(consul().put(path + "?enable=false").status()).isEqualTo(200);
    assertThat(consul().put(path + "?enable=false").status()).isEqualTo(200);
    assertThat(maintenanceOf(service).isMissingNode()).isTrue();
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> !consul().get("/v1/health/service/" + service + "?passing").json().isEmpty());
    consul().put("/v1/agent/service/deregister/" + service);
  }

  @Test
  default void an_http_check_follows_the_status_of_its_url() throws IOException {
    String service = ConsulUnderTest.unique();
    AtomicInteger code = new AtomicInteger(200);
    HttpServer health = server(code, new Semaphore(Integer.MAX_VALUE));
    String url = "http://127.0.0.1:" + health.getAddress().getPort() + "/";
    register(service, "\"HTTP\":\"" + url + "\",\"Interval\":\"200ms\",\"Timeout\":\"60s\"");
    for (String wanted : new String[] {"passing", "critical", "warning", "passing"}) {
      code.set(wanted.equals("passing") ? 200 : wanted.equals("warning") ? 429 : 503);
      Awaitility.await().atMost(PATIENCE).until(() -> status(service).equals(wanted));
    }
    assertThat(consul().get("/v1/health/checks/" + service).first("Output").asText())
        .isEqualTo("HTTP GET " + url + ": 200 OK Output: ");
    health.stop(0);
    Awaitility.await().atMost(PATIENCE).until(() -> status(service).equals("critical"));
    consul().put("/v1/agent/service/deregister/" + service);
  }

  /** A trap: a check that fails at its very first run ends a session at once. */
  @Test
  default void failures_before_critical_hold_back_only_after_a_first_result() throws IOException {
    assertCriticalAfter(1, 503, "\"Status\":\"passing\"");
    assertCriticalAfter(3, 200, "\"Status\":\"critical\"");
  }

  /** Of a check that allows two failures, whose first result is the given one. */
  private void assertCriticalAfter(int failures, int firstCode, String initial) throws IOException {
    String service = ConsulUnderTest.unique();
    AtomicInteger code = new AtomicInteger(firstCode);
    Semaphore allowed = new Semaphore(0);
    HttpServer health = server(code, allowed);
    register(
        service,
        ("\"HTTP\":\"http://127.0.0.1:%d/\",\"Interval\":\"300ms\",\"Timeout\":\"300s\","
                + "\"FailuresBeforeCritical\":3,%s")
            .formatted(health.getAddress().getPort(), initial));
    if (firstCode == 200) {
      Awaitility.await().atMost(PATIENCE).until(() -> status(service).equals("passing"));
      code.set(503);
    }
    allowed.release(failures - 1);
    // The next one is asked for when the one before it has been judged.
    Awaitility.await().atMost(PATIENCE).until(allowed::hasQueuedThreads);
    assertThat(status(service)).isEqualTo("passing");
    allowed.release();
    Awaitility.await().atMost(PATIENCE).until(() -> status(service).equals("critical"));
    consul().put("/v1/agent/service/deregister/" + service);
    allowed.release(1_000);
    health.stop(0);
  }

  /** Answers with the code; with another than 200 only as often as it is allowed. */
  private static HttpServer server(AtomicInteger code, Semaphore allowed) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          if (code.get() != 200) {
            allowed.acquireUninterruptibly();
          }
          exchange.sendResponseHeaders(code.get(), -1);
          exchange.close();
        });
    server.start();
    return server;
  }

  @Test
  default void a_node_that_fails_loses_its_sessions_and_shows_as_critical() {
    String key = ConsulUnderTest.key();
    String id = agent(DOOMED).session("{\"LockDelay\":\"0s\"}");
    consul().put(key + "?acquire=" + id, "x");
    var nodes = consul().get("/v1/health/node/" + DOOMED);
    var watch = consul().watch("/v1/health/state/any", nodes.index(), "9m");
    fail(DOOMED);
    Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () ->
                consul()
                    .get("/v1/health/node/" + DOOMED)
                    .first("Status")
                    .asText()
                    .equals("critical"));
    assertThat(watch).succeedsWithin(PATIENCE);
    assertEnds(id);
    assertThat(consul().get(key).json().path(0).has("Session")).isFalse();
    recover(DOOMED);
    Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () ->
                consul()
                    .get("/v1/health/node/" + DOOMED)
                    .first("Status")
                    .asText()
                    .equals("passing"));
  }
}
