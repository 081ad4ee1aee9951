package dev.metronome.model.schedule;

import java.util.Objects;
import java.util.Optional;

/**
 * The nodes that a task is for: those whose Consul catalog entry has the service, with the tag if
 * one is given.
 *
 * @param service name of the service; may hold templates
 * @param tag a tag of that service; may hold templates
 */
public record Filter(String service, Optional<String> tag) {
  public Filter {
    Objects.requireNonNull(service, "service");
    Objects.requireNonNull(tag, "tag");
  }

  @Override
  public String toString() {
    return tag.map(it -> service + ":" + it).orElse(service);
  }
}
