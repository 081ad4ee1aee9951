package dev.metronome.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What the project relies on in the parameter {@code filter} of /v1/health/service. */
interface FilterContract extends ConsulUnderTest {

  /** How many of three instances each lets through. */
  private static Map<String, Integer> passing() {
    Map<String, Integer> passing = new TreeMap<>();
    passing.put("Node.Meta.rack == r1", 2);
    passing.put("Node.Meta.rack != \"r1\"", 1);
    passing.put("Node.Meta.nope == \"x\"", 0);
    passing.put("Node.Meta.nope != \"x\"", 3);
    passing.put("Node.Meta.rack matches \"^r[12]$\"", 3);
    passing.put("Node.Meta.rack not matches \"2\"", 2);
    passing.put("r1 in Node.Meta.rack", 2);
    passing.put("rack in Node.Meta", 3);
    passing.put("\"a\" in Service.Tags", 2);
    passing.put("`A` in Service.Tags", 0);
    passing.put("b not in Service.Tags", 2);
    passing.put("Service.Tags contains b", 1);
    passing.put("Service.Tags is empty", 1);
    passing.put("Service.Tags is not empty", 2);
    passing.put("Service.Meta[\"v\"] == \"1.2\"", 3);
    passing.put("Service.Meta.v == 1.2", 3);
    passing.put("Service.Port == 80", 2);
    passing.put("Service.Port != \"80\"", 1);
    passing.put("Service.EnableTagOverride == false", 3);
    passing.put("Checks is empty", 2);
    passing.put("Checks.Status == passing", 1);
    passing.put("Node.Meta.rack == r1 and Service.Port == 80", 1);
    passing.put("Node.Meta.rack == r2 or Service.Port == 81", 2);
    passing.put("not (Node.Meta.rack == r1 or Service.Port == 80)", 0);
    passing.put("not Node.Meta.rack == r1 and Service.Port == 80", 1);
    passing.put(" Node.Meta.rack==r1 ", 2);
    passing.put("(Node.Meta.rack == r1)", 2);
    return passing;
  }

  /** How the refusal of each begins. */
  private static Map<String, String> refused() {
    String all = "rpc error making call: Failed to create boolean expression evaluator: ";
    Map<String, String> refused = new TreeMap<>();
    refused.put("Foo == 1", all + "Selector \"Foo\" is not valid");
    refused.put("Node.Foo == 1", all + "Selector \"Node.Foo\" is not valid");
    refused.put("a in b", all + "Selector \"b\" is not valid");
    refused.put("Service == 1", all + "Invalid match operator \"Equal\" for selector \"Service\"");
    refused.put("Node.Meta == 1", all + "Invalid match operator \"Equal\"");
    refused.put("Service.Meta.v is empty", all + "Invalid match operator \"Is Empty\"");
    refused.put("Service.Port == eighty", all + "Failed to coerce value \"eighty\"");
    refused.put("Service.EnableTagOverride == maybe", all + "Failed to coerce value \"maybe\"");
    for (String text :
        new String[] {
          "Node.Meta.rack = r1",
          "Node.Meta.rack == r1 or",
          "Node.Meta.rack == r1 AND Node.Node == n",
          "(Node.Meta.rack == r1",
          "Node.Meta.rack == \"r1",
          "Node.Meta.rack == \"r\\\"1\"",
          "Node.Meta.rack == r-1",
          "Node.Meta.a-b == 1",
          "Service.Port == 080",
          "not(Node.Meta.rack == r1)",
          "Service.Meta is nil",
          "any Service.Tags as t { t == \"a\" }",
          "all Checks as c { c.Status == \"passing\" }",
          "Service.Meta is not nil",
          "\"/Node/Meta/rack\" == r1",
          "Service.Tags.0 == blue",
          "Node.Meta.rack == a/b",
        }) {
      refused.put(text, all);
    }
    return refused;
  }

  private void register(String service, String node, String rack, int port, String more) {
    String body =
        """
        {"Node": "%s", "Address": "10.0.0.1", "NodeMeta": {"rack": "%s"},
         "Service": {"Service": "%s", "Port": %d, "Meta": {"v": "1.2"}%s}}
        """
            .formatted(node, rack, service, port, more);
    assertThat(consul().put("/v1/catalog/register", body).text()).startsWith("true");
  }

  private ConsulHttp.Response filtered(String service, String filter) {
    String encoded = URLEncoder.encode(filter, StandardCharsets.UTF_8);
    return consul().get("/v1/health/service/" + service + "?filter=" + encoded);
  }

  @Test
  default void a_filter_lets_instances_through_by_consuls_own_grammar() {
    String service = ConsulUnderTest.unique();
    register(service, service + "-1", "r1", 80, ", \"Tags\": [\"a\", \"b\"]");
    register(service, service + "-2", "r1", 81, ", \"Tags\": [\"a\"]");
    register(
        service,
        service + "-3",
        "r2",
        80,
        "}, \"Check\": {\"CheckID\": \"c\", \"Name\": \"c\", \"Status\": \"passing\"");
    passing()
        .forEach(
            (filter, count) ->
                assertThat(filtered(service, filter).json()).as(filter).hasSize(count));
    assertThat(filtered(service, "").json()).hasSize(3);
    for (int node = 1; node <= 3; node++) {
      consul().put("/v1/catalog/deregister", "{\"Node\":\"" + service + "-" + node + "\"}");
    }
  }

  @Test
  default void a_filter_that_cannot_be_is_refused_also_where_nothing_is_registered() {
    refused()
        .forEach(
            (filter, text) -> {
              ConsulHttp.Response answer = filtered("nothing", filter);
              if (profile() == Profile.CONSUL_1_8) { // later ones understand more
                assertThat(answer.status()).as(filter).isEqualTo(500);
                assertThat(answer.text()).as(filter).startsWith(text);
              }
            });
  }
}
