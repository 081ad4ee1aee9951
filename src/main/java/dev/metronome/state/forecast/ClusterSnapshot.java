package dev.metronome.state.forecast;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.NodeHealth;
import dev.metronome.model.record.Held;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Lead;
import dev.metronome.model.record.Limit;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Presence;
import dev.metronome.model.record.Presence.PatternPresence;
import dev.metronome.model.record.Reason;
import dev.metronome.model.schedule.Pattern;
import dev.metronome.model.schedule.Schedule;
import dev.metronome.pipeline.dispatch.PlanSimulation;
import dev.metronome.pipeline.membership.Roster;
import dev.metronome.state.CatalogNodes;
import dev.metronome.state.NodeView.Difference;
import dev.metronome.state.forecast.Forecast.Node;
import dev.metronome.state.forecast.UndefinedEventException.Extent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Who leads, which agents live, and what task files they have.
 *
 * @param lead who leads, if somebody does
 * @param agents by node
 * @param neighbours how Consul finds the nodes
 */
record ClusterSnapshot(Optional<Lead> lead, Map<String, Presence> agents, CatalogNodes neighbours) {
  private static final int DIGITS = 12;

  static ClusterSnapshot read(ConsulConnection connection, Keys keys) {
    Optional<Lead> lead =
        connection.get(keys.leader()).filter(Entry::isLocked).flatMap(ClusterSnapshot::readable);
    Map<String, Presence> agents =
        Roster.read(connection, keys).presences().stream()
            .collect(Collectors.toMap(Presence::node, Function.identity(), (a, b) -> b));
    return new ClusterSnapshot(lead, agents, CatalogNodes.read(connection));
  }

  private static Optional<Lead> readable(Entry entry) {
    return Json.readable(entry.key(), entry.value(), Lead.class);
  }

  /** That a limit names nodes which nobody is on. */
  Optional<String> objection(Limit limit) {
    return new Roster(List.copyOf(agents.values())).objection(limit);
  }

  Optional<String> leader() {
    return lead.map(Lead::node);
  }

  private Optional<Presence> leaderPresence() {
    return leader().map(agents::get);
  }

  Optional<Duration> startTimeout() {
    return lead.flatMap(Lead::startSeconds).map(Duration::ofSeconds);
  }

  /** After so long the leader gives a task up, whatever its own timeout. */
  Optional<Long> finishSeconds() {
    return lead.flatMap(Lead::finishSeconds);
  }

  /** Digests of the patterns that define an event. */
  static Map<String, String> digests(Schedule files, String event) {
    Map<String, String> digests = new TreeMap<>();
    for (Pattern pattern : files.patterns()) {
      if (pattern.events().containsKey(event)) {
        digests.put(pattern.name(), digits(pattern.digest()));
      }
    }
    return digests;
  }

  private static Map<String, String> digests(Presence agent, String event) {
    Map<String, String> digests = new TreeMap<>();
    agent
        .patterns()
        .forEach(
            (name, pattern) -> {
              if (pattern.events().contains(event)) {
                digests.put(name, digits(pattern.digest()));
              }
            });
    return digests;
  }

  private static String digits(String digest) {
    return digest.substring(0, Math.min(DIGITS, digest.length()));
  }

  void demandDefined(String event, Schedule files) {
    if (files.defines(event) || files.objection(event).isPresent()) {
      return;
    }
    List<String> knowing =
        agents.values().stream()
            .filter(agent -> agent.defines(event))
            .map(Presence::node)
            .sorted()
            .toList();
    if (!knowing.isEmpty()) {
      throw new UndefinedEventException(
          event,
          Extent.HERE,
          "the task files here do not define the event "
              + event
              + ", but those of "
              + String.join(", ", knowing)
              + " do; plan it there, or name the same files with --files");
    }
    throw new UndefinedEventException(
        event, Extent.EVERYWHERE, "no task file defines the event " + event);
  }

  /** How the leader's patterns of the event differ from these: seen from here. */
  List<Difference> differences(String event, Map<String, String> here) {
    Optional<Presence> leader = leaderPresence();
    if (leader.isEmpty()) {
      return List.of();
    }
    Map<String, String> theirs = digests(leader.get(), event);
    List<Difference> found = new ArrayList<>();
    theirs.forEach(
        (pattern, digest) -> {
          if (!here.containsKey(pattern)) {
            found.add(new Difference(pattern, Difference.Kind.MISSING));
          } else if (!here.get(pattern).equals(digest)) {
            found.add(new Difference(pattern, Difference.Kind.OTHER));
          }
        });
    here.keySet().stream()
        .filter(pattern -> !theirs.containsKey(pattern))
        .forEach(pattern -> found.add(new Difference(pattern, Difference.Kind.ADDITIONAL)));
    return found;
  }

  /** Why a node cannot run a task: it would say so itself. */
  Optional<Outcome> objection(PlannedTask task, String node) {
    return Optional.ofNullable(agents.get(node))
        .filter(agent -> !agent.patterns().containsKey(task.pattern()))
        .map(
            agent ->
                Outcome.error(
                    Reason.MISMATCH,
                    "node "
                        + node
                        + " has no task file "
                        + task.pattern()
                        + "/task.yml; give all nodes the same files"));
  }

  /** What the leader makes of an event that is not in its own files. */
  Outcome outcome(String event, Outcome foreseen) {
    return leaderPresence().filter(leader -> !leader.defines(event)).isEmpty()
        ? foreseen
        : unknownToLeader(event);
  }

  private Outcome unknownToLeader(String event) {
    String sentence =
        "the task files of the leader "
            + leader().orElseThrow()
            + " do not define the event "
            + event;
    return agents.values().stream().anyMatch(agent -> agent.defines(event))
        ? Outcome.error(Reason.MISMATCH, sentence + "; give all nodes the same files")
        : Outcome.skip(Reason.UNDEFINED, sentence + ", nor do those of any agent");
  }

  /** The nodes of a task, those against which something speaks first. */
  List<Node> nodes(PlanSimulation.Turn turn, String digest) {
    List<Node> nodes = new ArrayList<>();
    turn.found().failed().forEach(node -> nodes.add(node(node, Forecast.Condition.FAILED, turn)));
    turn.found()
        .withoutAgent()
        .forEach(node -> nodes.add(node(node, Forecast.Condition.NO_AGENT, turn)));
    turn.found()
        .ready()
        .forEach(node -> nodes.add(node(node, condition(node, turn, digest), turn)));
    nodes.sort(Comparator.comparing(Node::condition).thenComparing(Node::node));
    return nodes;
  }

  private Forecast.Condition condition(String node, PlanSimulation.Turn turn, String digest) {
    Presence agent = agents.get(node);
    if (agent == null) {
      return Forecast.Condition.READY;
    }
    PatternPresence pattern = agent.patterns().get(turn.task().pattern());
    if (pattern == null) {
      return Forecast.Condition.NO_FILES;
    }
    return pattern.digest().equals(digest)
        ? Forecast.Condition.READY
        : Forecast.Condition.OTHER_FILES;
  }

  private Node node(String name, Forecast.Condition condition, PlanSimulation.Turn turn) {
    Optional<String> own =
        Optional.ofNullable(agents.get(name))
            .map(agent -> agent.patterns().get(turn.task().pattern()))
            .map(pattern -> digits(pattern.digest()));
    Forecast.Use use = turn.targets().contains(name) ? Forecast.Use.TARGET : Forecast.Use.LEFT_OUT;
    return new Node(name, condition, use, own, neighbours.health(name).flatMap(NodeHealth::remark));
  }

  private static String unknowable(Lead leader) {
    return "the leader "
        + leader.node()
        + " has edited routes, "
        + String.join(", ", leader.routes())
        + ": whether they hold the event back, or choose other nodes than these, cannot be known"
        + " here";
  }

  /** Why it may come otherwise. */
  List<String> doubts(String event, List<Difference> differences, List<Forecast.Task> tasks) {
    List<String> doubts = new ArrayList<>();
    if (agents.isEmpty()) {
      doubts.add("no agent is running; the event waits in the queue until one starts");
    } else if (leaderPresence().isEmpty()) {
      doubts.add("nobody leads now; the event waits in the queue until somebody does");
    }
    agents.values().stream()
        .flatMap(agent -> agent.held().stream())
        .filter(Held::concernsEvent)
        .forEach(held -> doubts.add(held.sentence() + "; what comes after it waits"));
    lead.filter(leader -> !leader.routes().isEmpty())
        .ifPresent(leader -> doubts.add(unknowable(leader)));
    boolean known = leaderPresence().filter(leader -> leader.defines(event)).isPresent();
    if (known && !differences.isEmpty()) {
      doubts.add(
          "the leader "
              + leader().orElseThrow()
              + " would go by its own task files, and they differ from those here: "
              + differences.stream()
                  .map(each -> each.pattern() + " " + each.kind().word() + " here")
                  .collect(Collectors.joining(", ")));
    }
    for (Forecast.Task task : tasks) {
      String others =
          task.nodes().stream()
              .filter(node -> node.condition() == Forecast.Condition.OTHER_FILES)
              .map(Node::node)
              .collect(Collectors.joining(", "));
      if (!others.isEmpty()) {
        doubts.add(
            "task " + task.title() + " may do something else on " + others + ": other task files");
      }
    }
    return doubts;
  }
}
