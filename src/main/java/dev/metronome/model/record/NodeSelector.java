package dev.metronome.model.record;

import java.util.Optional;

/**
 * Which nodes a task is for.
 *
 * @param service Consul service that a target must have; absent means every node with a live agent
 * @param tag tag that the service must have on the target
 */
public record NodeSelector(Optional<String> service, Optional<String> tag) {

  public NodeSelector {
    service = service == null ? Optional.empty() : service;
    tag = tag == null ? Optional.empty() : tag;
  }

  /** For people: {@code service tag}, {@code service}, or {@code every node}. */
  @Override
  public String toString() {
    return service.map(s -> s + tag.map(t -> " " + t).orElse("")).orElse("every node");
  }
}
