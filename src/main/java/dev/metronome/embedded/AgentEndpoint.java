package dev.metronome.embedded;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What /v1/agent/ tells of the agent. */
final class AgentEndpoint {
  private static final String SERVICE = "/v1/agent/service/";

  private final Store store;
  private final Agents agents;
  private final ClientAgent agent;

  AgentEndpoint(Store store, Agents agents, ClientAgent agent) {
    this.store = store;
    this.agents = agents;
    this.agent = agent;
  }

  void addTo(Routes routes) {
    routes
        .add("GET", "/v1/agent/self", request -> Reply.json(store.read(this::self)))
        .add("GET", "/v1/agent/members", request -> Reply.json(store.read(this::members)))
        .add("GET", "/v1/agent/services", request -> Reply.json(store.read(this::services)))
        .add("GET", "/v1/agent/checks", request -> Reply.json(store.read(this::checks)))
        .add("GET", SERVICE, this::service);
  }

  private Map<String, Object> self() {
    String version = store.conditions().profile().version();
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("Datacenter", Node.DATACENTER);
    config.put("NodeName", agent.node());
    config.put("NodeID", agent.id());
    config.put("Revision", "");
    config.put("Server", false);
    config.put("Version", version);
    return Map.of(
        "Config",
        config,
        "DebugConfig",
        Map.of("Datacenter", Node.DATACENTER, "NodeName", agent.node(), "Version", version),
        "Member",
        member(agent),
        "Meta",
        Map.of());
  }

  private List<Map<String, Object>> members() {
    return agents.all().stream().map(this::member).toList();
  }

  private Map<String, Object> member(ClientAgent of) {
    boolean alive =
        store
            .catalog()
            .check(of.node(), Check.SERF_HEALTH)
            .map(check -> check.status().equals(Check.PASSING))
            .orElse(false);
    Map<String, Object> member = new LinkedHashMap<>();
    member.put("Name", of.node());
    member.put("Addr", "127.0.0.1");
    member.put("Port", 8301);
    member.put("Tags", Map.of("dc", Node.DATACENTER, "id", of.id(), "role", "node"));
    member.put("Status", alive ? 1 : 4);
    member.put("ProtocolMin", 1);
    member.put("ProtocolMax", 5);
    member.put("ProtocolCur", 2);
    member.put("DelegateMin", 2);
    member.put("DelegateMax", 5);
    member.put("DelegateCur", 4);
    return member;
  }

  private Map<String, Object> services() {
    Map<String, Object> found = new TreeMap<>();
    agent.services().forEach((id, service) -> found.put(id, rendered(service)));
    return found;
  }

  private Map<String, Check> checks() {
    Map<String, Check> found = new TreeMap<>();
    agent.checks().forEach(check -> found.put(check.state().checkId(), check.state()));
    return found;
  }

  private Reply service(HttpRequest request) {
    String id = request.after(SERVICE);
    Service service = store.read(() -> agent.services().get(id));
    return service == null
        ? Reply.text(404, "unknown service ID: " + id)
        : Reply.json(rendered(service));
  }

  private static Map<String, Object> rendered(Service service) {
    Map<String, Object> rendered = new LinkedHashMap<>();
    rendered.put("ID", service.id());
    rendered.put("Service", service.name());
    rendered.put("Tags", service.tags());
    rendered.put("Meta", service.meta());
    rendered.put("Port", service.port());
    rendered.put("Address", service.address());
    rendered.put("Weights", service.weights());
    rendered.put("EnableTagOverride", service.enableTagOverride());
    return rendered;
  }
}
