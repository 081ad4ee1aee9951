package dev.metronome.cli;

import dev.metronome.cli.picture.Table;
import dev.metronome.config.Configuration;
import dev.metronome.model.record.Json;
import dev.metronome.state.NodeView;
import dev.metronome.state.NodeView.Difference;
import dev.metronome.state.NodeView.Life;
import dev.metronome.state.NodeView.Role;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** Lists the nodes of Consul's catalog and the agents on them. */
@picocli.CommandLine.Command(
    name = "nodes",
    description = "List the nodes: health, agent, task files, what each does now",
    footer = {"metronome nodes", "metronome nodes --json"})
final class NodesCommand implements Command {
  @Option(names = "--json", description = "As JSON: a list of nodes")
  private boolean json;

  @Override
  public ExitCode run(Configuration configuration, Terminal terminal) {
    try (Cluster cluster = new Cluster(configuration)) {
      List<NodeView> nodes = cluster.viewer().nodes();
      if (json) {
        terminal.out().println(Json.text(nodes));
      } else {
        print(nodes, new TextOutput(terminal));
      }
    }
    return ExitCode.DONE;
  }

  private static void print(List<NodeView> nodes, TextOutput output) {
    Table table =
        output.table("NODE", "CONSUL", "AGENT", "VERSION", "SINCE", "TASK FILES", "DOES NOW");
    for (NodeView node : nodes) {
      table.row(
          node.node(),
          node.consul().word() + node.consulNote().map(note -> ": " + note).orElse(""),
          agent(node),
          node.version().orElse(""),
          output.at(node.startedAt()),
          files(node),
          doing(node, output));
    }
    output.print(table);
    Table faults = output.table();
    for (NodeView node : nodes) {
      node.faults().forEach((pattern, fault) -> faults.row(node.node(), pattern, fault));
    }
    output.print(faults);
  }

  private static String agent(NodeView node) {
    return node.role() == Role.LEADER ? node.agent().word() + ", leader" : node.agent().word();
  }

  /** The digests, or how they differ from the leader's: that stands out. */
  private static String files(NodeView node) {
    String faults =
        node.faults().keySet().stream()
            .map(pattern -> ", BROKEN: " + pattern)
            .collect(Collectors.joining());
    return (versions(node) + faults).replaceFirst("^, ", "");
  }

  private static String versions(NodeView node) {
    if (node.differences().isEmpty()) {
      return node.patterns().entrySet().stream()
          .map(pattern -> pattern.getKey() + ":" + pattern.getValue())
          .collect(Collectors.joining(" "));
    }
    return "DIFFERS from the leader: "
        + node.differences().stream()
            .map(difference -> difference(difference, node.patterns()))
            .collect(Collectors.joining(", "));
  }

  private static String difference(Difference difference, Map<String, String> patterns) {
    String pattern = difference.pattern();
    return switch (difference.kind()) {
      case OTHER -> pattern + " is " + patterns.get(pattern);
      case MISSING -> pattern + " is missing";
      case ADDITIONAL -> pattern + " is additional";
    };
  }

  private static String doing(NodeView node, TextOutput output) {
    return node.busy().map(why -> "takes no task: " + why).orElseGet(() -> does(node, output));
  }

  private static String does(NodeView node, TextOutput output) {
    return node.doing()
        .map(
            doing ->
                (node.agent() == Life.GONE ? "has vanished at" : doing.status().word() + ":")
                    + " task "
                    + doing.no()
                    + " "
                    + doing.task()
                    + " of "
                    + doing.event()
                    + " "
                    + Cluster.shortened(doing.eventId())
                    + doing.startedAt().map(at -> ", since " + output.at(at)).orElse(""))
        .orElse(node.agent() == Life.LIVE ? "idle" : "");
  }
}
