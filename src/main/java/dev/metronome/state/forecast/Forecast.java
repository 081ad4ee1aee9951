package dev.metronome.state.forecast;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.metronome.model.record.Blocked.BlockedEvent;
import dev.metronome.model.record.Limit;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Parameter;
import dev.metronome.model.record.Part;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.state.NodeView.Difference;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What would become of an event, as one look at the cluster and at task files tells.
 *
 * @param fingerprint changes with whatever would change the event's course, not with time
 * @param at when it was made
 * @param params masked where the name says secret
 * @param limit the only nodes that it would run on; absent if its tasks alone decide
 * @param lane in which it would begin; absent in what an older version has printed
 * @param start when it would begin at the earliest; absent if that cannot be known
 * @param blocked why it might not begin now though it would be its turn
 * @param parameters those that the event declares, in the order of the files
 * @param leader absent while nobody leads
 * @param patterns those that define the event, in their order, with 12 digits of their digests
 * @param differences how these differ from the leader's
 * @param outcome how it would end if every operation succeeded
 * @param doubts why it may come otherwise; sentences
 */
public record Forecast(
    String fingerprint,
    Instant at,
    String event,
    Map<String, String> params,
    Optional<Limit> limit,
    Optional<LaneForecast> lane,
    Optional<Instant> start,
    Optional<BlockedEvent> blocked,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, Parameter> parameters,
    Optional<String> leader,
    Map<String, String> patterns,
    List<Difference> differences,
    Outcome outcome,
    List<String> doubts,
    List<Task> tasks) {

  public Forecast {
    Objects.requireNonNull(fingerprint, "Fingerprint");
    Objects.requireNonNull(event, "Event");
    Objects.requireNonNull(outcome, "Outcome");
    params = params == null ? Map.of() : new TreeMap<>(params);
    limit = limit == null ? Optional.empty() : limit;
    lane = lane == null ? Optional.empty() : lane;
    start = start == null ? Optional.empty() : start;
    blocked = blocked == null ? Optional.empty() : blocked;
    parameters = parameters == null ? Map.of() : new LinkedHashMap<>(parameters);
    leader = leader == null ? Optional.empty() : leader;
    patterns = patterns == null ? Map.of() : new TreeMap<>(patterns);
    differences = differences == null ? List.of() : List.copyOf(differences);
    doubts = doubts == null ? List.of() : List.copyOf(doubts);
    tasks = tasks == null ? List.of() : List.copyOf(tasks);
  }

  /**
   * One task.
   *
   * @param plan as it would stand in the leader's plan
   * @param filter the nodes that it is for, in words
   * @param timeout in seconds, on each node: its own, or the leader's if that is shorter
   * @param batches names of its nodes, batch by batch, if it has several; a shuffled order comes
   *     out otherwise when the event is fired
   * @param longest how long it may take at most, in seconds, from its opening: with all attempts,
   *     their pauses, the time out of traffic, the gate, and all batches one after another
   * @param unhealthy what its gate of health has against its nodes now, in words; it changes
   *     nothing in the event's course if the task makes them well
   * @param nodes that match, those against which something speaks first
   * @param outcome how it would end; absent if the event has ended before
   * @param registered how Consul writes the service, if otherwise than the task file
   */
  public record Task(
      PlannedTask plan,
      String description,
      String filter,
      long timeout,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<List<String>> batches,
      long longest,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> unhealthy,
      List<Node> nodes,
      Optional<Outcome> outcome,
      List<Operation> operations,
      Optional<String> registered) {
    public Task {
      nodes = List.copyOf(nodes);
      batches = batches == null ? List.of() : batches.stream().map(List::copyOf).toList();
      unhealthy = unhealthy == null ? List.of() : List.copyOf(unhealthy);
      operations = List.copyOf(operations);
      outcome = outcome == null ? Optional.empty() : outcome;
      registered = registered == null ? Optional.empty() : registered;
    }

    /** {@code 2 web/reload}, {@code 3 undo of web/reload}. */
    public String title() {
      return plan.no() + " " + Part.words(plan.part(), plan.pattern() + "/" + plan.task());
    }

    /** Names of the nodes that would run it. */
    public List<String> targets() {
      return nodes.stream().filter(node -> node.use() == Use.TARGET).map(Node::node).toList();
    }
  }

  /**
   * A node that matches a task.
   *
   * @param digest of its own file of the task's pattern, 12 digits; absent if it has none
   * @param state what else Consul tells of it, {@code maintenance: a new kernel}; it changes
   *     nothing in the event's course
   */
  public record Node(
      String node, Condition condition, Use use, Optional<String> digest, Optional<String> state) {
    public Node {
      state = state == null ? Optional.empty() : state;
      digest = digest == null ? Optional.empty() : digest;
    }

    /** The same, but for what changes nothing in the event's course. */
    Node essential() {
      return new Node(node, condition, use, digest, Optional.empty());
    }
  }

  /**
   * An operation, its templates filled in as far as they can be known beforehand.
   *
   * @param arguments a map, a list or a text
   */
  public record Operation(String type, Object arguments) {}

  /** Whether a node that matches a task would have it to run. */
  public enum Use {
    TARGET,
    LEFT_OUT;

    /** The word in JSON. */
    @JsonValue
    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @JsonCreator
    static Use of(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
  }

  /** How a node stands to a task that it matches; the worst comes first. */
  public enum Condition {
    /** Consul reports the node as failed. */
    FAILED,
    /** No healthy agent is there. */
    NO_AGENT,
    /** Its agent has no such pattern. */
    NO_FILES,
    /** Its agent has another file of the pattern than the one that this was made from. */
    OTHER_FILES,
    READY;

    /** The word in JSON. */
    @JsonValue
    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @JsonCreator
    static Condition of(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
  }
}
