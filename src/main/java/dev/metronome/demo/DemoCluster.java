package dev.metronome.demo;

import dev.metronome.agent.Agent;
import dev.metronome.config.Configuration;
import dev.metronome.config.ConfigurationReader;
import dev.metronome.config.Machine;
import dev.metronome.embedded.EmbeddedConsul;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The embedded Consul, and an agent on each of its nodes. */
final class DemoCluster implements AutoCloseable {
  private final EmbeddedConsul consul = EmbeddedConsul.start();
  private final List<Agent> agents = new ArrayList<>();
  private final Map<String, String> environment;
  private final Map<String, String> flags;
  private final DemoFolder folder;

  /**
   * @param environment of this process, for scripts; what it says of a Consul or of Metronome is
   *     not for the demo
   * @param flags further settings of the agents
   */
  DemoCluster(DemoFolder folder, Map<String, String> environment, Map<String, String> flags) {
    this.folder = folder;
    this.environment = new TreeMap<>(environment);
    this.environment
        .keySet()
        .removeIf(name -> name.startsWith("CONSUL_") || name.startsWith("METRONOME_"));
    this.flags = Map.copyOf(flags);
  }

  /** Registers the services and starts the agents, all at once. */
  void start(String version) throws IOException, InterruptedException {
    for (DemoNode node : DemoNode.ALL) {
      register(node);
      agents.add(new Agent(configuration(node.name()), environment, version));
    }
    Together.run("metronome-demo-start", agents, Agent::start);
  }

  /** How an agent, or a client, on that node is configured. */
  Configuration configuration(String node) {
    URI address = consul.agent(node);
    Map<String, String> settings = new LinkedHashMap<>(flags);
    settings.put("host", address.getHost());
    settings.put("port", Integer.toString(address.getPort()));
    settings.put("node", node);
    settings.put("http-port", "0");
    settings.put("files", folder.taskFile().toString());
    settings.put("signing-key-file", folder.signingKeys().toString());
    settings.put("require-signature", "true");
    settings.put("state-dir", folder.path().resolve("state").toString());
    settings.put("grace-period", "0s");
    settings.put("kill-grace", "1s");
    Machine machine =
        new Machine(environment, folder.path(), folder.path().resolve("etc"), folder.path());
    return new ConfigurationReader(machine).read(Optional.empty(), settings, List.of());
  }

  /** As an operator would with curl. */
  private void register(DemoNode node) throws IOException {
    String tags = node.tag().map(tag -> "\"" + tag + "\"").orElse("");
    String body = "{\"Name\": \"" + node.service() + "\", \"Tags\": [" + tags + "]}";
    URI uri = consul.agent(node.name()).resolve("/v1/agent/service/register");
    HttpURLConnection request = (HttpURLConnection) uri.toURL().openConnection();
    request.setRequestMethod("PUT");
    request.setDoOutput(true);
    request.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
    if (request.getResponseCode() != 200) {
      throw new IOException("the embedded Consul answered " + request.getResponseCode());
    }
    request.disconnect();
  }

  @Override
  public void close() {
    try {
      Together.run("metronome-demo-stop", agents, Agent::close);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      consul.close();
    }
  }
}
