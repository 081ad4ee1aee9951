package dev.metronome.pipeline.dispatch;

import dev.metronome.consul.InstanceHealth;
import dev.metronome.consul.InstanceHealth.Check;
import dev.metronome.model.record.DrainReason;
import dev.metronome.model.record.HealthGate;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Share;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * One look at all instances of a task's service.
 *
 * @param instances with the task's tag, if it names one
 * @param drained which checks say that we have taken an instance out of traffic ourselves
 */
record HealthLook(String service, List<InstanceHealth> instances, Predicate<Check> drained) {

  /**
   * @param prefix of Metronome's keys
   */
  static HealthLook of(PlannedTask task, List<InstanceHealth> all, String prefix) {
    return new HealthLook(
        task.service().orElse(""),
        all.stream()
            .filter(each -> task.nodes().tag().map(each.tags()::contains).orElse(true))
            .toList(),
        check -> check.isServiceMaintenance() && DrainReason.isOurs(prefix, check.notes()));
  }

  /**
   * What is against nodes, in words; a node without an instance is not healthy.
   *
   * @param nodes their names in Consul by those that agents have
   */
  List<String> sick(Map<String, String> nodes) {
    Map<String, List<InstanceHealth>> byNode =
        instances.stream().collect(Collectors.groupingBy(InstanceHealth::node));
    List<String> sick = new ArrayList<>();
    for (String node : new TreeSet<>(nodes.keySet())) {
      List<InstanceHealth> here = byNode.getOrDefault(nodes.get(node), List.of());
      if (here.isEmpty()) {
        sick.add(node + ": no instance of " + service);
      }
      for (InstanceHealth instance : here) {
        instance.against(drained).forEach(why -> sick.add(name(node, instance) + ": " + why));
      }
    }
    return sick;
  }

  private String name(String node, InstanceHealth instance) {
    return instance.id().equals(service) ? node : node + " (" + instance.id() + ")";
  }

  /** What must not change while nodes have to be well: their instances, and the checks of these. */
  Set<String> identity(Map<String, String> nodes) {
    Set<String> names = Set.copyOf(nodes.values());
    return instances.stream()
        .filter(each -> names.contains(each.node()))
        .flatMap(instance -> instance.identity(drained).stream())
        .collect(Collectors.toSet());
  }

  /** The first check of those that {@link #identity} tells that is missing among others. */
  static Optional<String> missing(Set<String> checks, Set<String> among) {
    return checks.stream()
        .filter(check -> !among.contains(check))
        .sorted()
        .map(check -> check.split("/", 3))
        .map(parts -> parts[0] + ": check `" + parts[2] + "` of " + parts[1])
        .findFirst();
  }

  /**
   * That too few instances beside a batch are well, in words. Whatever is against one counts here,
   * also that it is out of traffic.
   *
   * @param batch its nodes by their names in Consul
   */
  Optional<String> tooFew(HealthGate gate, Collection<String> batch) {
    return gate.keep().flatMap(keep -> tooFew(keep, batch));
  }

  private Optional<String> tooFew(Share keep, Collection<String> batch) {
    List<InstanceHealth> beside = beside(batch);
    long well = beside.stream().filter(InstanceHealth::isPassing).count();
    int least = keep.of(instances.size());
    if (well >= least) {
      return Optional.empty();
    }
    List<String> sick =
        beside.stream()
            .flatMap(
                each ->
                    each.against(check -> false).stream()
                        .map(why -> name(each.node(), each) + ": " + why))
            .sorted()
            .toList();
    return Optional.of(
        "`keep: "
            + keep
            + "`: "
            + least
            + " of "
            + instances.size()
            + " instances of "
            + service
            + " must be well beside the next batch, and "
            + well
            + (well == 1 ? " is" : " are")
            + (sick.isEmpty() ? "" : "; " + GateHealth.some(sick)));
  }

  /** Whether the batch could never open, even if all that is beside it were well. */
  boolean isTooFewForEver(HealthGate gate, Collection<String> batch) {
    return gate.keep().filter(keep -> beside(batch).size() < keep.of(instances.size())).isPresent();
  }

  private List<InstanceHealth> beside(Collection<String> batch) {
    Set<String> names = Set.copyOf(batch);
    return instances.stream().filter(each -> !names.contains(each.node())).toList();
  }
}
