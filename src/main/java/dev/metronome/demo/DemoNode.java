package dev.metronome.demo;

import java.util.List;
import java.util.Optional;

/**
 * A node of the demo's cluster.
 *
 * @param name of the node, and of the agent on it
 * @param service what runs there
 * @param tag of that service
 */
record DemoNode(String name, String service, Optional<String> tag) {
  static final List<DemoNode> ALL =
      List.of(
          new DemoNode("db1", "db", Optional.of("primary")),
          new DemoNode("db2", "db", Optional.of("replica")),
          new DemoNode("app1", "app", Optional.empty()),
          new DemoNode("lb1", "lb", Optional.empty()));

  /** For people. */
  String description() {
    return name + " (" + service + tag.map(text -> " " + text).orElse("") + ")";
  }
}
