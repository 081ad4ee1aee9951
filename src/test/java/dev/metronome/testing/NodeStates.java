package dev.metronome.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.embedded.EmbeddedConsul;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;

/** What operators and machines do to nodes, beside letting them die. */
public final class NodeStates {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private NodeStates() {}

  /** As {@code consul maint -enable -reason}. */
  public static void maintain(EmbeddedConsul consul, String node, String reason) {
    String text = URLEncoder.encode(reason, StandardCharsets.UTF_8);
    put(consul, node, "/v1/agent/maintenance?enable=true&reason=" + text, "");
  }

  /** As {@code consul maint -disable}. */
  public static void endMaintenance(EmbeddedConsul consul, String node) {
    put(consul, node, "/v1/agent/maintenance?enable=false", "");
  }

  /** An instance of a service, without checks. */
  public static void service(
      EmbeddedConsul consul, String node, String id, String name, String tag) {
    put(
        consul,
        node,
        "/v1/agent/service/register",
        "{\"ID\": \"%s\", \"Name\": \"%s\", \"Tags\": [\"%s\"]}".formatted(id, name, tag));
  }

  public static void serviceWithoutTags(EmbeddedConsul consul, String node, String name) {
    put(consul, node, "/v1/agent/service/register", "{\"Name\": \"%s\"}".formatted(name));
  }

  /** As {@code consul maint -enable -service}. */
  public static void maintainService(EmbeddedConsul consul, String node, String id, String reason) {
    String text = URLEncoder.encode(reason, StandardCharsets.UTF_8);
    String path = "/v1/agent/service/maintenance/" + id;
    put(consul, node, path + "?enable=true&reason=" + text, "");
  }

  /** Has a check of an instance, or of the node if it names none, stand so. */
  public static void check(
      EmbeddedConsul consul, String node, String serviceId, String name, String status) {
    String body =
        "{\"ID\": \"%1$s-%2$s\", \"Name\": \"%2$s\", \"ServiceID\": \"%1$s\", \"TTL\": \"1h\", \"Status\": \"%3$s\"}";
    put(consul, node, "/v1/agent/check/register", body.formatted(serviceId, name, status));
  }

  public static void removeCheck(EmbeddedConsul consul, String node, String id) {
    put(consul, node, "/v1/agent/check/deregister/" + id, "");
  }

  public static void removeService(EmbeddedConsul consul, String node, String id) {
    put(consul, node, "/v1/agent/service/deregister/" + id, "");
  }

  /** A check of the node itself that has failed. */
  public static void criticalCheck(EmbeddedConsul consul, String node, String name) {
    put(
        consul,
        node,
        "/v1/agent/check/register",
        "{\"Name\": \"%s\", \"TTL\": \"1h\", \"Status\": \"critical\"}".formatted(name));
  }

  /** A node without an agent of Consul, and so without serfHealth. */
  public static void catalogOnly(EmbeddedConsul consul, String node, String service) {
    put(
        consul,
        EmbeddedConsul.SERVER,
        "/v1/catalog/register",
        "{\"Node\": \"%s\", \"Address\": \"10.0.0.9\", \"Service\": {\"Service\": \"%s\"}}"
            .formatted(node, service));
  }

  /** The node lives, and the health check of our agent there is critical. */
  public static void deadAgent(EmbeddedConsul consul, String node) {
    put(
        consul,
        node,
        "/v1/agent/service/register",
        "{\"Name\": \"metronome\", \"ID\": \"metronome-%s\", \"Check\": {\"TTL\": \"1h\"}}"
            .formatted(node));
  }

  public static void removeAgent(EmbeddedConsul consul, String node) {
    put(consul, node, "/v1/agent/service/deregister/metronome-" + node, "");
  }

  private static void put(EmbeddedConsul consul, String node, String path, String body) {
    URI address = consul.agent(node);
    HttpRequest request =
        HttpRequest.newBuilder(address.resolve(path)).PUT(BodyPublishers.ofString(body)).build();
    try {
      assertThat(CLIENT.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
