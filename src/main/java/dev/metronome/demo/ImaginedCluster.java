package dev.metronome.demo;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.ConsulSettings;
import dev.metronome.consul.Transaction;
import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.model.record.Format;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Lead;
import dev.metronome.model.record.Presence;
import dev.metronome.model.schedule.Schedule;
import dev.metronome.model.schedule.Topology;
import dev.metronome.pipeline.dispatch.Limits;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A Consul in which a topology stands as if agents ran there, all with the same task files: whoever
 * plans on it does so by the very classes that plan on a real one. Nothing runs there.
 */
public final class ImaginedCluster implements AutoCloseable {

  private static final String PASSING = "passing";

  private final EmbeddedConsul consul = EmbeddedConsul.start();
  private final URI address = consul.agent(EmbeddedConsul.SERVER);
  private final ConsulConnection connection =
      ConsulConnection.to(ConsulSettings.plain(address.getHost(), address.getPort()));

  private ImaginedCluster() {}

  /**
   * @param files what the task files of all its agents say
   */
  public static ImaginedCluster of(Topology topology, Schedule files, Keys keys)
      throws IOException {
    ImaginedCluster cluster = new ImaginedCluster();
    try {
      cluster.register(topology);
      cluster.populate(topology, files, keys);
      return cluster;
    } catch (IOException | RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  public ConsulConnection connection() {
    return connection;
  }

  private void register(Topology topology) throws IOException {
    for (Map.Entry<String, Topology.Node> each : topology.nodes().entrySet()) {
      String name = each.getKey();
      Topology.Node node = each.getValue();
      String health = node.failed() ? "critical" : PASSING;
      put(
          "/v1/catalog/register",
          Map.of(
              "Node",
              name,
              "Address",
              "127.0.0.1",
              "NodeMeta",
              node.meta(),
              "Check",
              check("serfHealth", health, "")));
      for (Map.Entry<String, List<String>> service : node.services().entrySet()) {
        serve(name, service.getKey(), service.getKey(), service.getValue());
      }
      if (node.agent()) {
        serve(name, "metronome", "metronome-" + name, List.of());
      }
    }
  }

  private void serve(String node, String service, String id, List<String> tags) throws IOException {
    put(
        "/v1/catalog/register",
        Map.of(
            "Node",
            node,
            "Address",
            "127.0.0.1",
            "SkipNodeUpdate",
            true,
            "Service",
            Map.of("ID", id, "Service", service, "Tags", tags),
            "Check",
            check("service:" + id, PASSING, id)));
  }

  private static Map<String, Object> check(String id, String status, String service) {
    return Map.of("CheckID", id, "Name", id, "Status", status, "ServiceID", service);
  }

  /** Presences, locked by a session that nobody ends; the first of the agents leads. */
  private void populate(Topology topology, Schedule files, Keys keys) throws IOException {
    String session = put("/v1/session/create", Map.of("Checks", List.of()));
    List<String> agents =
        topology.nodes().entrySet().stream()
            .filter(each -> each.getValue().agent() && !each.getValue().failed())
            .map(Map.Entry::getKey)
            .toList();
    Transaction change = new Transaction();
    for (String node : agents) {
      Transaction next =
          new Transaction().lock(keys.presence(node), Json.write(presence(node, files)), session);
      if (!change.fitsWith(next)) {
        connection.commit(change);
        change = new Transaction();
      }
      change.and(next);
    }
    connection.commit(change);
    if (!agents.isEmpty()) {
      String leader = agents.get(0);
      Lead lead = Lead.of(leader, leader + "/1", Limits.DEFAULT.start(), Limits.DEFAULT.finish());
      connection.commit(new Transaction().lock(keys.leader(), Json.write(lead), session));
    }
  }

  private static Presence presence(String node, Schedule files) {
    return new Presence(
        Format.SLOTS,
        node,
        "imagined",
        node,
        1,
        Instant.now(),
        node + "/1",
        files.presences(),
        Optional.empty(),
        Map.of(),
        Optional.empty(),
        new ArrayList<>(),
        List.of());
  }

  /** The ID that the answer tells, if it is an object with one. */
  private String put(String path, Map<String, ?> body) throws IOException {
    HttpURLConnection request = (HttpURLConnection) address.resolve(path).toURL().openConnection();
    request.setRequestMethod("PUT");
    request.setDoOutput(true);
    try (OutputStream out = request.getOutputStream()) {
      out.write(Json.write(body));
    }
    if (request.getResponseCode() != 200) {
      throw new IOException("the imagined Consul answered " + request.getResponseCode());
    }
    try (InputStream in = request.getInputStream()) {
      return Json.mapper().readTree(in).path("ID").asText();
    }
  }

  @Override
  public void close() {
    connection.close();
    consul.close();
  }
}
