package dev.metronome.model.schedule;

import java.util.Objects;
import java.util.Optional;

/**
 * The nodes that a task is for: those whose Consul catalog entry has the service, with the tag if
 * one is given, and passes the expression if there is one.
 *
 * @param service name of the service; may hold templates; absent: every node with a live agent
 * @param tag a tag of that service; may hold templates
 * @param expression of Consul's own, as it is written
 */
public record Filter(Optional<String> service, Optional<String> tag, Optional<String> expression) {
  public Filter {
    Objects.requireNonNull(service, "service");
    Objects.requireNonNull(tag, "tag");
    Objects.requireNonNull(expression, "expression");
  }

  @Override
  public String toString() {
    return service.orElse("")
        + tag.map(it -> ":" + it).orElse("")
        + expression.map(it -> " where " + it).orElse("");
  }
}
