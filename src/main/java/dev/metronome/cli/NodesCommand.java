package dev.metronome.cli;

import dev.metronome.cli.picture.Table;
import dev.metronome.config.Configuration;
import dev.metronome.model.record.Json;
import dev.metronome.model.schedule.Nearest;
import dev.metronome.state.NodeView;
import dev.metronome.state.NodeView.Difference;
import dev.metronome.state.NodeView.Life;
import dev.metronome.state.NodeView.Role;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** Lists the nodes of Consul's catalog and the agents on them. */
@picocli.CommandLine.Command(
    name = "nodes",
    description = "List the nodes, or --node=NODE: health, agent, task files, what it does now",
    footer = {"metronome nodes", "metronome nodes --node app-2", "metronome nodes --json"})
final class NodesCommand implements Command {
  private static final int NAMED = 2;
  private static final int NOTE = 40;

  @Option(names = "--json", description = "As JSON: a list of nodes")
  private boolean json;

  @Override
  public ExitCode run(Configuration configuration, Terminal terminal) {
    try (Cluster cluster = new Cluster(configuration)) {
      List<NodeView> nodes = chosen(cluster.viewer().nodes(), configuration.typed("node"));
      if (json) {
        terminal.out().println(Json.text(nodes));
      } else {
        print(nodes, new TextOutput(terminal));
      }
    }
    return ExitCode.DONE;
  }

  private static List<NodeView> chosen(List<NodeView> all, Optional<String> node) {
    List<NodeView> chosen =
        all.stream().filter(each -> node.isEmpty() || node.get().equals(each.node())).toList();
    if (node.isPresent() && chosen.isEmpty()) {
      throw new CommandException(
          ExitCode.USAGE,
          "there is no node `"
              + node.get()
              + "`"
              + Nearest.hint(node.get(), all.stream().map(NodeView::node).toList()));
    }
    return chosen;
  }

  private static void print(List<NodeView> nodes, TextOutput output) {
    Table table =
        output.table("NODE", "CONSUL", "AGENT", "VERSION", "SINCE", "TASK FILES", "DOES NOW");
    for (NodeView node : nodes) {
      table.row(
          node.node()
              + (node.roles().isEmpty() ? "" : " (" + String.join(", ", node.roles()) + ")"),
          node.consul().word()
              + node.consulNote()
                  .map(note -> ": " + ForecastOutput.shortened(note, NOTE))
                  .orElse(""),
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
        node.faults().isEmpty() ? "" : ", BROKEN: " + some(List.copyOf(node.faults().keySet()));
    return (versions(node) + faults).replaceFirst("^, ", "");
  }

  /** The others are in the list of faults below, or differ in the same way. */
  private static String some(List<String> names) {
    String shown = String.join(", ", names.subList(0, Math.min(NAMED, names.size())));
    return names.size() > NAMED ? shown + " and " + (names.size() - NAMED) + " more" : shown;
  }

  private static String versions(NodeView node) {
    if (node.differences().isEmpty()) {
      return node.patterns().entrySet().stream()
          .map(pattern -> pattern.getKey() + ":" + pattern.getValue())
          .collect(Collectors.joining(" "));
    }
    return "DIFFERS from the leader: "
        + some(
            node.differences().stream()
                .map(difference -> difference(difference, node.patterns()))
                .toList());
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
                    + doing.title()
                    + " of "
                    + doing.event()
                    + " "
                    + Cluster.shortened(doing.eventId())
                    + doing.startedAt().map(at -> ", since " + output.at(at)).orElse(""))
        .map(doing -> doing + next(node))
        .orElse(node.agent() == Life.LIVE ? "idle" : "");
  }

  /** It does one at a time. */
  private static String next(NodeView node) {
    return node.next().stream()
        .map(doing -> "; then task " + doing.title() + " of " + doing.event())
        .collect(Collectors.joining());
  }
}
