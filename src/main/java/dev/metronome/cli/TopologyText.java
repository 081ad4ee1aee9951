package dev.metronome.cli;

import dev.metronome.consul.Catalog;
import dev.metronome.consul.NodeHealth;
import dev.metronome.pipeline.dispatch.Targets;
import dev.metronome.state.State;
import dev.metronome.state.UsualDuration;
import dev.metronome.state.forecast.EventAhead;
import dev.metronome.state.forecast.LaneQueue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/** A cluster as it is now, in the form of a file of {@code plan --topology}. */
final class TopologyText {
  private static final String HEAD =
      """
      # The cluster as Consul knows it now, for `metronome plan EVENT --topology FILE`.
      # `durations` say how long tasks usually take on a node, by the newest events.
      """;

  private TopologyText() {}

  /**
   * @param queue what is in progress and waits
   * @param usual how long tasks take on a node, by PATTERN/TASK
   */
  static String of(Catalog catalog, LaneQueue.Content queue, Map<String, UsualDuration> usual) {
    Map<String, NodeHealth> health = catalog.nodes();
    Map<String, Map<String, Object>> nodes = new TreeMap<>();
    catalog
        .metas()
        .forEach(
            (name, meta) -> {
              Map<String, Object> node = new LinkedHashMap<>();
              node.put("services", new TreeMap<String, List<String>>());
              meta.keySet().removeIf(key -> key.startsWith("consul-"));
              if (!meta.isEmpty()) {
                node.put("meta", meta);
              }
              node.put("agent", false);
              if (health.containsKey(name) && health.get(name).isFailed()) {
                node.put("failed", true);
              }
              nodes.put(name, node);
            });
    catalog.placements().stream()
        .filter(each -> nodes.containsKey(each.node()))
        .forEach(each -> place(each, nodes.get(each.node())));
    DumperOptions form = new DumperOptions();
    form.setDefaultFlowStyle(DumperOptions.FlowStyle.AUTO);
    Yaml yaml = new Yaml(form);
    String durations = usual.isEmpty() ? "" : yaml.dump(Map.of("durations", seconds(usual)));
    String queued =
        queue.events().isEmpty()
            ? ""
            : yaml.dump(Map.of("queue", queue.events().stream().map(TopologyText::of).toList()));
    String further =
        queue
            .further()
            .map(number -> "# " + number + " events wait, which are too many to be listed here\n")
            .orElse("");
    return HEAD + yaml.dump(Map.of("nodes", nodes)) + durations + queued + further;
  }

  /** In whole ones, at least one. */
  private static Map<String, String> seconds(Map<String, UsualDuration> usual) {
    Map<String, String> seconds = new TreeMap<>();
    usual.forEach(
        (task, took) -> seconds.put(task, Math.max(1, (took.millis() + 999) / 1_000) + "s"));
    return seconds;
  }

  private static Map<String, Object> of(EventAhead event) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("event", event.name());
    if (event.status() != State.QUEUED) {
      fields.put("running", true);
    }
    event.leftSeconds().ifPresent(left -> fields.put("takes", left + "s"));
    return fields;
  }

  @SuppressWarnings("unchecked") // it was put there a few lines before
  private static void place(Catalog.Placement placement, Map<String, Object> node) {
    if (placement.service().equals(Targets.AGENT_SERVICE)) {
      node.remove("agent"); // it is so unless something else is said
    } else if (!placement.service().equals("consul")) {
      Map<String, List<String>> services = (Map<String, List<String>>) node.get("services");
      List<String> tags = new ArrayList<>(placement.tags()); // one list would have an anchor
      services.merge(
          placement.service(),
          tags,
          (one, other) -> Stream.concat(one.stream(), other.stream()).distinct().toList());
    }
  }
}
