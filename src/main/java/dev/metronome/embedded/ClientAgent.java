package dev.metronome.embedded;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The client agent of one node: what is registered at it, and the events that have reached it. Its
 * services and checks stand in the catalog as soon as a registration returns; the real one is a
 * moment later. Guarded by the {@link Store}'s lock.
 */
final class ClientAgent {
  private static final String MAINTENANCE = "_node_maintenance";
  private static final String SERVICE_MAINTENANCE = "_service_maintenance:";
  private static final String NO_REASON =
      "Maintenance mode is enabled for this %s, but no reason was provided."
          + " This is a default message.";

  private final String id = UUID.randomUUID().toString();
  private final Map<String, Service> services = new TreeMap<>();
  private final Map<String, AgentCheck> checks = new TreeMap<>();
  private final EventRing events = new EventRing();
  private final String node;
  private final Store store;
  private final Workers workers;

  ClientAgent(String node, Store store, Workers workers) {
    this.node = node;
    this.store = store;
    this.workers = workers;
  }

  /** Appears in the catalog, alive. */
  void join(StoreCommit commit) {
    store.catalog().register(commit, Node.local(id, node));
    store.catalog().register(commit, Check.serfHealth(node, Check.PASSING));
  }

  String id() {
    return id;
  }

  String node() {
    return node;
  }

  Map<String, Service> services() {
    return services;
  }

  Collection<AgentCheck> checks() {
    return checks.values();
  }

  EventRing events() {
    return events;
  }

  /** Registers a service; checks of an earlier registration stay, unless they are named again. */
  void register(StoreCommit commit, ServiceDefinition definition) {
    Service service = definition.service();
    services.put(service.id(), service);
    store.catalog().register(commit, node, service);
    List<CheckDefinition> wanted = definition.allChecks();
    for (int i = 0; i < wanted.size(); i++) {
      String number = wanted.size() == 1 ? "" : ":" + (i + 1);
      Check initial =
          wanted
              .get(i)
              .initial(
                  node,
                  "service:" + service.id() + number,
                  "Service '" + service.name() + "' check");
      register(commit, wanted.get(i), initial.of(service));
    }
  }

  /** Registers a check of the node or, if it names one, of a service. */
  void register(StoreCommit commit, CheckDefinition definition) {
    Check initial = definition.initial(node, definition.name(), definition.name());
    Service service = services.get(Objects.requireNonNullElse(definition.serviceId(), ""));
    register(commit, definition, service == null ? initial : initial.of(service));
  }

  private void register(StoreCommit commit, CheckDefinition definition, Check initial) {
    AgentCheck check =
        definition.isHttp()
            ? new HttpCheck(store, definition, initial, workers)
            : new TtlCheck(store, definition, initial);
    AgentCheck before = checks.put(initial.checkId(), check);
    if (before != null) {
      before.stop();
    }
    store.catalog().register(commit, initial);
    check.start();
  }

  void deregisterService(StoreCommit commit, String serviceId) {
    services.remove(serviceId);
    checks.values().removeIf(check -> stopIfOf(check, serviceId));
    store.catalog().deregister(commit, node, serviceId);
  }

  void deregisterCheck(StoreCommit commit, String checkId) {
    Optional.ofNullable(checks.remove(checkId)).ifPresent(AgentCheck::stop);
    store.catalog().deregisterCheck(commit, node, checkId);
  }

  /** What {@code consul maint -enable} does. */
  void beginMaintenance(StoreCommit commit, String reason) {
    String notes = reason.isEmpty() ? NO_REASON.formatted("node") : reason;
    Check check =
        Check.of(node, MAINTENANCE, "Node Maintenance Mode", Check.CRITICAL, "maintenance", notes);
    store.catalog().register(commit, check);
  }

  void endMaintenance(StoreCommit commit) {
    store.catalog().deregisterCheck(commit, node, MAINTENANCE);
  }

  /** What {@code consul maint -enable -service=ID} does; a reason that stands there stays. */
  void beginMaintenance(StoreCommit commit, String serviceId, String reason) {
    Service service = known(serviceId);
    String checkId = SERVICE_MAINTENANCE + serviceId;
    if (!checks.containsKey(checkId)) {
      String notes = reason.isEmpty() ? NO_REASON.formatted("service") : reason;
      Check check =
          Check.of(node, checkId, "Service Maintenance Mode", Check.CRITICAL, "maintenance", notes)
              .of(service);
      checks.put(checkId, new StandingCheck(store, check));
      store.catalog().register(commit, check);
    }
  }

  void endMaintenance(StoreCommit commit, String serviceId) {
    deregisterCheck(commit, SERVICE_MAINTENANCE + known(serviceId).id());
  }

  private Service known(String serviceId) {
    return Optional.ofNullable(services.get(serviceId))
        .orElseThrow(
            () -> new RefusedRequest(404, "No service registered with ID \"" + serviceId + "\""));
  }

  /** One that nobody checks: it stands until it is taken away. */
  private static final class StandingCheck extends AgentCheck {
    StandingCheck(Store store, Check check) {
      super(store, null, check); // it was never defined
    }

    @Override
    void start() {}
  }

  Optional<TtlCheck> ttlCheck(String checkId) {
    return checks.get(checkId) instanceof TtlCheck check ? Optional.of(check) : Optional.empty();
  }

  List<TtlCheck> expiredChecks() {
    return checks.values().stream()
        .filter(TtlCheck.class::isInstance)
        .map(TtlCheck.class::cast)
        .filter(TtlCheck::isExpired)
        .toList();
  }

  /** Takes note of an event, if its filters match this node. */
  void hear(StoreCommit commit, FiredEvent event) {
    boolean byNode =
        event.nodeFilter().isEmpty() || Pattern.compile(event.nodeFilter()).matcher(node).find();
    if (byNode && (event.serviceFilter().isEmpty() || hasServiceFor(event))) {
      events.add(event);
      commit.touch(StoreTable.EVENTS);
    }
  }

  private boolean hasServiceFor(FiredEvent event) {
    Pattern name = Pattern.compile(event.serviceFilter());
    Pattern tag = Pattern.compile(event.tagFilter());
    return services.values().stream()
        .filter(service -> name.matcher(service.name()).find())
        .anyMatch(
            service ->
                event.tagFilter().isEmpty()
                    || service.tags().stream().anyMatch(t -> tag.matcher(t).find()));
  }

  private static boolean stopIfOf(AgentCheck check, String serviceId) {
    boolean match = check.state().serviceId().equals(serviceId);
    if (match) {
      check.stop();
    }
    return match;
  }
}
