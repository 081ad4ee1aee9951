package dev.metronome.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What the project relies on in /v1/agent, /v1/catalog, /v1/health and /v1/status. */
interface CatalogContract extends ConsulUnderTest {

  private void register(String node, String service, String tags) {
    String body =
        "{\"ID\":\"%s-1\",\"Name\":\"%s\",\"Port\":80,\"Tags\":[%s],\"Meta\":{\"k\":\"v\"}}"
            .formatted(service, service, tags);
    assertThat(agent(node).put("/v1/agent/service/register", body).status()).isEqualTo(200);
    Awaitility.await()
        .atMost(BlockingContract.SOON)
        .until(
            () ->
                consul()
                    .get("/v1/catalog/service/" + service)
                    .json()
                    .findValuesAsText("Node")
                    .contains(node));
  }

  @Test
  default void a_service_and_a_tag_are_found_whatever_their_case() {
    register(ALPHA, "Shop", "\"Blue\"");
    for (String asked : new String[] {"shop", "SHOP?tag=blue", "Shop?tag=BLUE"}) {
      assertThat(consul().get("/v1/health/service/" + asked).json()).as(asked).hasSize(1);
      assertThat(consul().get("/v1/catalog/service/" + asked).json()).as(asked).hasSize(1);
    }
    assertThat(consul().get("/v1/health/service/shop").json().at("/0/Service/Service").asText())
        .isEqualTo("Shop");
  }

  @Test
  default void an_agent_knows_its_node() {
    assertThat(agent(BETA).get("/v1/agent/self").json().path("Config").path("NodeName").asText())
        .isEqualTo(BETA);
    assertThat(consul().get("/v1/agent/members").json().findValuesAsText("Name"))
        .contains(ALPHA, BETA);
  }

  @Test
  default void maintenance_is_a_critical_check_of_the_node_with_the_reason_in_its_notes() {
    agent(BETA).put("/v1/agent/maintenance?enable=true&reason=a+new+kernel");
    Awaitility.await()
        .atMost(BlockingContract.SOON)
        .until(() -> maintenance().map(check -> check.path("Notes").asText()).isPresent());
    JsonNode check = maintenance().orElseThrow();
    assertThat(check.path("Status").asText()).isEqualTo("critical");
    assertThat(check.path("Notes").asText()).isEqualTo("a new kernel");
    assertThat(check.path("ServiceID").asText()).isEmpty();
    agent(BETA).put("/v1/agent/maintenance?enable=false");
    Awaitility.await().atMost(BlockingContract.SOON).until(() -> maintenance().isEmpty());
  }

  private Optional<JsonNode> maintenance() {
    return StreamSupport.stream(consul().get("/v1/health/node/" + BETA).json().spliterator(), false)
        .filter(check -> check.path("CheckID").asText().equals("_node_maintenance"))
        .findFirst();
  }

  @Test
  default void there_is_a_leader_among_the_peers() {
    var leader = consul().get("/v1/status/leader").json();
    assertThat(leader.asText()).contains(":");
    assertThat(consul().get("/v1/status/peers").json().path(0)).isEqualTo(leader);
  }

  @Test
  default void the_catalog_lists_nodes_and_services() {
    String service = ConsulUnderTest.unique();
    register(ALPHA, service, "\"a\",\"b\"");
    var nodes = consul().get("/v1/catalog/nodes");
    assertThat(nodes.json().findValuesAsText("Node")).contains(ALPHA, BETA, DOOMED);
    assertThat(nodes.index()).isPositive();
    assertThat(consul().get("/v1/catalog/services").json().path(service))
        .extracting(tag -> tag.asText())
        .containsExactlyInAnyOrder("a", "b");
    assertThat(consul().get("/v1/catalog/services").json().has("consul")).isTrue();
    var instance = consul().get("/v1/catalog/service/" + service + "?tag=b");
    assertThat(instance.first("Node").asText()).isEqualTo(ALPHA);
    assertThat(instance.first("Address").asText()).isEqualTo("127.0.0.1");
    assertThat(instance.first("ServiceID").asText()).isEqualTo(service + "-1");
    assertThat(instance.first("ServicePort").asInt()).isEqualTo(80);
    assertThat(instance.first("ServiceMeta").path("k").asText()).isEqualTo("v");
    assertThat(consul().get("/v1/catalog/service/" + service + "?tag=c").json()).isEmpty();
    var node = consul().get("/v1/catalog/node/" + ALPHA).json();
    assertThat(node.path("Node").path("Node").asText()).isEqualTo(ALPHA);
    assertThat(node.path("Services").has(service + "-1")).isTrue();
    assertThat(consul().get("/v1/catalog/node/nowhere").json().isNull()).isTrue();
    consul().put("/v1/agent/service/deregister/" + service + "-1");
  }

  @Test
  default void an_agent_lists_what_is_registered_at_it() {
    String service = ConsulUnderTest.unique();
    register(BETA, service, "\"a\"");
    var found = agent(BETA).get("/v1/agent/services").json().path(service + "-1");
    assertThat(found.path("Service").asText()).isEqualTo(service);
    assertThat(found.path("Tags").toString()).isEqualTo("[\"a\"]");
    assertThat(consul().get("/v1/agent/services").json().has(service + "-1")).isFalse();
    agent(BETA).put("/v1/agent/service/deregister/" + service + "-1");
    assertThat(agent(BETA).get("/v1/agent/services").json().has(service + "-1")).isFalse();
  }

  @Test
  default void the_health_of_a_service_shows_node_and_checks() {
    String service = ConsulUnderTest.unique();
    register(ALPHA, service, "");
    register(BETA, service, "\"x\"");
    var health = consul().get("/v1/health/service/" + service);
    assertThat(health.json()).hasSize(2);
    assertThat(health.first("Node").path("Node").asText()).isEqualTo(ALPHA);
    assertThat(health.first("Service").path("Service").asText()).isEqualTo(service);
    assertThat(health.first("Checks").findValuesAsText("CheckID")).contains("serfHealth");
    assertThat(consul().get("/v1/health/service/" + service + "?passing").json()).hasSize(2);
    assertThat(consul().get("/v1/health/service/" + service + "?tag=x").json()).hasSize(1);
    consul().put("/v1/agent/service/deregister/" + service + "-1");
    agent(BETA).put("/v1/agent/service/deregister/" + service + "-1");
  }

  @Test
  default void a_watch_of_a_service_is_woken_by_its_own_changes_only() {
    String service = ConsulUnderTest.unique();
    String other = ConsulUnderTest.unique();
    register(ALPHA, service, "");
    String path = "/v1/health/service/" + service;
    var watch = consul().watch(path, consul().get(path).index(), "9m");
    register(BETA, other, "");
    BlockingContract.assertStillWaiting(watch);
    register(BETA, service, "");
    assertThat(BlockingContract.assertWoken(watch).json()).hasSize(2);
    consul().put("/v1/agent/service/deregister/" + service + "-1");
    agent(BETA).put("/v1/agent/service/deregister/" + service + "-1");
    agent(BETA).put("/v1/agent/service/deregister/" + other + "-1");
    Awaitility.await()
        .atMost(BlockingContract.SOON)
        .until(() -> consul().get(path).json().isEmpty());
  }

  @Test
  default void a_node_without_an_agent_is_registered_in_the_catalog() {
    String node = ConsulUnderTest.unique();
    String body =
        """
        {"Node": "%s", "Address": "10.0.0.1",
         "Service": {"Service": "%s", "Port": 5},
         "Check": {"CheckID": "c", "Name": "c", "Status": "passing", "ServiceID": "%s"}}
        """
            .formatted(node, node, node);
    assertThat(consul().put("/v1/catalog/register", body).text()).startsWith("true");
    var health = consul().get("/v1/health/service/" + node);
    assertThat(health.first("Node").path("Address").asText()).isEqualTo("10.0.0.1");
    assertThat(health.first("Checks").path(0).path("ServiceName").asText()).isEqualTo(node);
    consul().put("/v1/catalog/register", body);
    assertThat(consul().get("/v1/health/service/" + node).index())
        .as("registering the same again changes nothing")
        .isEqualTo(health.index());
    assertRefused(consul().put("/v1/catalog/register", "{\"Node\":\"" + node + "\"}"), 500, "");
    consul().put("/v1/catalog/deregister", "{\"Node\":\"" + node + "\"}");
    assertThat(consul().get("/v1/catalog/nodes").json().findValuesAsText("Node"))
        .doesNotContain(node);
    var gone = consul().get("/v1/health/service/" + node);
    assertThat(gone.json()).isEmpty();
    assertThat(gone.index()).isGreaterThan(health.index());
  }

  @Test
  default void what_is_no_service_is_refused() {
    String path = "/v1/agent/service/register";
    assertRefused(consul().put(path, "{}"), 400, "Missing service name");
    assertRefused(consul().put(path, "{bad"), 400, "");
    assertRefused(
        consul().put(path, "{\"Name\":\"x\",\"Nonsense\":1}"),
        400,
        "Request decode failed: json: unknown field \"Nonsense\"");
    assertRefused(
        consul().put(path, "{\"Name\":\"x\",\"Check\":{\"HTTP\":\"http://127.0.0.1/\"}}"),
        400,
        "Invalid check: Interval must be > 0");
    assertRefused(
        consul().put("/v1/agent/check/pass/nothing"),
        500,
        "CheckID \"nothing\" does not have associated TTL");
    assertThat(consul().put("/v1/agent/service/deregister/nothing").status()).isEqualTo(200);
  }
}
