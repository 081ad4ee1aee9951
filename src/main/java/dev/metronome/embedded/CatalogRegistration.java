package dev.metronome.embedded;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The body of catalog/register and catalog/deregister: nodes that have no agent.
 *
 * @param serviceId for deregister
 * @param checkId for deregister
 */
record CatalogRegistration(
    @JsonProperty("ID") String id,
    String node,
    String address,
    Map<String, String> taggedAddresses,
    Map<String, String> nodeMeta,
    boolean skipNodeUpdate,
    NewService service,
    NewCheck check,
    List<NewCheck> checks,
    @JsonProperty("ServiceID") String serviceId,
    @JsonProperty("CheckID") String checkId) {

  /** A service to register. */
  record NewService(
      @JsonProperty("ID") String id,
      @JsonProperty("Service") String name,
      List<String> tags,
      String address,
      Map<String, String> meta,
      int port) {

    Service service() {
      return new Service(
          id == null || id.isEmpty() ? name : id,
          name,
          Objects.requireNonNullElse(tags, List.of()),
          Objects.requireNonNullElse(address, ""),
          meta,
          port,
          Service.WEIGHTS,
          false,
          0,
          0);
    }
  }

  /** A check to register. */
  record NewCheck(
      @JsonProperty("CheckID") String checkId,
      String name,
      String status,
      String notes,
      String output,
      @JsonProperty("ServiceID") String serviceId) {

    Check check(String node) {
      return Check.of(
              node,
              checkId == null || checkId.isEmpty() ? name : checkId,
              Objects.requireNonNullElse(name, ""),
              Objects.requireNonNullElse(status, Check.CRITICAL),
              "",
              Objects.requireNonNullElse(notes, ""))
          .withStatus(
              Objects.requireNonNullElse(status, Check.CRITICAL),
              Objects.requireNonNullElse(output, ""));
    }
  }

  boolean register(StoreCommit commit, CatalogStore catalog) {
    requireNode();
    requireServices(catalog);
    if (!skipNodeUpdate) {
      if (address == null || address.isEmpty()) {
        throw RefusedRequest.byServer("Must provide address if SkipNodeUpdate is not set");
      }
      String nodeId = Objects.requireNonNullElse(id, "");
      catalog.register(
          commit,
          new Node(nodeId, node, address, Node.DATACENTER, taggedAddresses, nodeMeta, 0, 0));
    }
    CatalogNode on =
        catalog.node(node).orElseThrow(() -> RefusedRequest.byServer("Missing node registration"));
    if (service != null) {
      catalog.register(commit, node, service.service());
    }
    for (NewCheck wanted : allChecks()) {
      Check state = wanted.check(node);
      Service owner = on.services().get(Objects.requireNonNullElse(wanted.serviceId(), ""));
      catalog.register(commit, owner == null ? state : state.of(owner));
    }
    return true;
  }

  boolean deregister(StoreCommit commit, CatalogStore catalog) {
    requireNode();
    if (serviceId != null && !serviceId.isEmpty()) {
      catalog.deregister(commit, node, serviceId);
    } else if (checkId != null && !checkId.isEmpty()) {
      catalog.deregisterCheck(commit, node, checkId);
    } else {
      catalog.deregister(commit, node);
    }
    return true;
  }

  private List<NewCheck> allChecks() {
    List<NewCheck> all = new ArrayList<>();
    if (checks != null) {
      all.addAll(checks);
    }
    if (check != null) {
      all.add(check);
    }
    return all;
  }

  /** Before anything is written, since the catalog takes nothing back. */
  private void requireServices(CatalogStore catalog) {
    Set<String> known = new HashSet<>(Set.of(""));
    catalog.node(node).ifPresent(on -> known.addAll(on.services().keySet()));
    if (service != null) {
      known.add(service.service().id());
    }
    for (NewCheck wanted : allChecks()) {
      if (!known.contains(Objects.requireNonNullElse(wanted.serviceId(), ""))) {
        throw RefusedRequest.byServer("Missing service registration");
      }
    }
  }

  private void requireNode() {
    if (node == null || node.isEmpty()) {
      throw RefusedRequest.byServer("Must provide node");
    }
  }
}
