package dev.metronome.model.record;

import java.util.Optional;

/**
 * Which nodes a task is for.
 *
 * @param service Consul service that a target must have; absent means every node with a live agent
 * @param tag tag that the service must have on the target
 * @param filter expression of Consul's own that the target's instance of the service must pass
 * @param runOn how many of them run it; absent means all
 * @param holder the key whose lock a session of the target must hold
 */
public record NodeSelector(
    Optional<String> service,
    Optional<String> tag,
    Optional<String> filter,
    Optional<Share> runOn,
    Optional<String> holder) {

  public NodeSelector {
    service = service == null ? Optional.empty() : service;
    tag = tag == null ? Optional.empty() : tag;
    filter = filter == null ? Optional.empty() : filter;
    runOn = runOn == null ? Optional.empty() : runOn;
    holder = holder == null ? Optional.empty() : holder;
  }

  /** By service and tag alone. */
  public NodeSelector(Optional<String> service, Optional<String> tag) {
    this(service, tag, Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** For people: {@code service tag}, {@code service}, or {@code every node}. */
  @Override
  public String toString() {
    return service.map(s -> s + tag.map(t -> " " + t).orElse("")).orElse("every node")
        + filter.map(f -> " where " + f).orElse("")
        + holder.map(key -> " at the holder of " + key).orElse("");
  }
}
