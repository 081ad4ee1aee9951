package dev.metronome.embedded;

import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * Nodes, their services and their checks, with Consul's rules for indexes: registering what is
 * already there changes nothing. Guarded by the {@link Store}'s lock.
 */
final class CatalogStore {
  private final Map<String, CatalogNode> nodes = new TreeMap<>();
  private final TableIndexes indexes;
  private final ServiceIndexes serviceIndexes;
  private BiConsumer<StoreCommit, Check> criticalCheck = (commit, check) -> {};
  private BiConsumer<StoreCommit, String> lostNode = (commit, node) -> {};

  CatalogStore(TableIndexes indexes) {
    this.indexes = indexes;
    this.serviceIndexes = new ServiceIndexes(indexes);
  }

  /** Whom to tell, within the commit, that a check has turned critical or is gone. */
  void onCriticalCheck(BiConsumer<StoreCommit, Check> listener) {
    criticalCheck = listener;
  }

  /** Whom to tell, within the commit, that a node has been deregistered. */
  void onLostNode(BiConsumer<StoreCommit, String> listener) {
    lostNode = listener;
  }

  Collection<CatalogNode> nodes() {
    return nodes.values();
  }

  Optional<CatalogNode> node(String name) {
    return Optional.ofNullable(nodes.get(name));
  }

  Optional<Check> check(String node, String checkId) {
    return node(node).map(found -> found.checks().get(checkId));
  }

  long index(StoreTable... tables) {
    return indexes.highest(tables);
  }

  long indexOfService(String name, StoreTable... fallback) {
    return serviceIndexes.of(name, fallback);
  }

  void register(StoreCommit commit, Node wanted) {
    CatalogNode known = nodes.get(wanted.name());
    if (known == null) {
      Node node = wanted.withIndexes(commit.index(), commit.index());
      nodes.put(node.name(), new CatalogNode(node));
      indexes.changed(commit, StoreTable.NODES);
      return;
    }
    Node before = known.node();
    if (!wanted.withIndexes(before.createIndex(), before.modifyIndex()).equals(before)) {
      known.replace(wanted.withIndexes(before.createIndex(), commit.index()));
      indexes.changed(commit, StoreTable.NODES);
      known.services().values().forEach(s -> serviceIndexes.changed(commit, s.name()));
    }
  }

  void register(StoreCommit commit, String node, Service wanted) {
    CatalogNode on = require(node);
    Service before = on.services().get(wanted.id());
    long created = before == null ? commit.index() : before.createIndex();
    long modified = before == null ? 0 : before.modifyIndex();
    if (!wanted.withIndexes(created, modified).equals(before)) {
      on.services().put(wanted.id(), wanted.withIndexes(created, commit.index()));
      indexes.changed(commit, StoreTable.SERVICES);
      serviceIndexes.changed(commit, wanted.name());
    }
  }

  void register(StoreCommit commit, Check wanted) {
    CatalogNode on = require(wanted.node());
    Check before = on.checks().get(wanted.checkId());
    long created = before == null ? commit.index() : before.createIndex();
    long modified = before == null ? 0 : before.modifyIndex();
    if (wanted.withIndexes(created, modified).equals(before)) {
      return;
    }
    Check check = wanted.withIndexes(created, commit.index());
    on.checks().put(check.checkId(), check);
    changed(commit, on, check);
    if (check.status().equals(Check.CRITICAL)) {
      criticalCheck.accept(commit, check);
    }
  }

  void deregister(StoreCommit commit, String node) {
    CatalogNode gone = nodes.get(node);
    if (gone != null) {
      gone.services().keySet().stream().toList().forEach(id -> deregister(commit, node, id));
      gone.checks().keySet().stream().toList().forEach(id -> deregisterCheck(commit, node, id));
      nodes.remove(node);
      indexes.changed(commit, StoreTable.NODES);
      lostNode.accept(commit, node);
    }
  }

  void deregister(StoreCommit commit, String node, String serviceId) {
    CatalogNode on = nodes.get(node);
    Service gone = on == null ? null : on.services().get(serviceId);
    if (gone == null) {
      return;
    }
    on.checks().values().stream()
        .filter(check -> check.serviceId().equals(serviceId))
        .toList()
        .forEach(check -> deregisterCheck(commit, node, check.checkId()));
    on.services().remove(serviceId);
    indexes.changed(commit, StoreTable.SERVICES);
    if (nodes.values().stream().anyMatch(other -> hasService(other, gone.name()))) {
      serviceIndexes.changed(commit, gone.name());
    } else {
      serviceIndexes.extinct(commit, gone.name());
    }
  }

  void deregisterCheck(StoreCommit commit, String node, String checkId) {
    CatalogNode on = nodes.get(node);
    Check gone = on == null ? null : on.checks().remove(checkId);
    if (gone != null) {
      changed(commit, on, gone);
      criticalCheck.accept(commit, gone);
    }
  }

  private void changed(StoreCommit commit, CatalogNode on, Check check) {
    indexes.changed(commit, StoreTable.CHECKS);
    on.services().values().stream()
        .filter(service -> check.isOfNode() || check.serviceId().equals(service.id()))
        .forEach(service -> serviceIndexes.changed(commit, service.name()));
  }

  private CatalogNode require(String node) {
    return Objects.requireNonNull(nodes.get(node), node);
  }

  private static boolean hasService(CatalogNode node, String name) {
    return node.services().values().stream().anyMatch(service -> service.name().equals(name));
  }
}
