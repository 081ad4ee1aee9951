package dev.metronome.model.record;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What an agent says of itself; locked by its session for as long as it lives.
 *
 * @param host the machine's own name, to tell apart two agents that claim one node name
 * @param incarnation this very process: node, start time, random part
 * @param patterns what is in force of its task files, by pattern
 * @param faults why task files cannot be used as they are now, by pattern
 * @param busy why it takes no new task: something that the cluster has given up still runs there,
 *     or a newer leader has assigned what it does not understand
 * @param original what it has found of the original while it leads, so that events wait
 * @param held items of queues that its routes fail on again and again, so that they wait
 * @param roles of the server that it runs on, by its configuration
 */
public record Presence(
    int format,
    String node,
    String version,
    String host,
    long pid,
    Instant startedAt,
    String incarnation,
    Map<String, PatternPresence> patterns,
    Optional<String> busy,
    Map<String, String> faults,
    Optional<String> original,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Held> held,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> roles) {

  public Presence {
    Objects.requireNonNull(node, "Node");
    Objects.requireNonNull(host, "Host");
    Objects.requireNonNull(startedAt, "StartedAt");
    Objects.requireNonNull(incarnation, "Incarnation");
    patterns = patterns == null ? Map.of() : Map.copyOf(patterns);
    busy = busy == null ? Optional.empty() : busy;
    faults = faults == null ? Map.of() : Map.copyOf(faults);
    original = original == null ? Optional.empty() : original;
    held = held == null ? List.of() : List.copyOf(held);
    roles = roles == null ? List.of() : List.copyOf(roles);
  }

  /** Whether it looks for its tasks where they are put now. */
  public boolean knowsSlots() {
    return format >= Format.SLOTS;
  }

  /** Whether this agent's task files define the event. */
  public boolean defines(String event) {
    return patterns.values().stream().anyMatch(p -> p.events().contains(event));
  }

  /** The lane that events of this name are in progress in, by this agent's task files. */
  public Lane lane(String event) {
    return patterns.values().stream()
        .flatMap(pattern -> Optional.ofNullable(pattern.lanes().get(event)).stream())
        .findFirst()
        .orElse(Lane.COMMON);
  }

  /** Whether its file of this pattern defines the event. */
  public boolean defines(String event, String pattern) {
    return patterns.containsKey(pattern) && patterns.get(pattern).events().contains(event);
  }

  /**
   * A pattern as one agent has it.
   *
   * @param digest SHA-256 of its task.yml
   * @param events names of the events that it defines
   * @param parameters what it declares of them, by event and name; those of other events are any
   * @param lanes in which they are in progress, by event; those of other events in the common one
   */
  public record PatternPresence(
      String digest,
      List<String> events,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, Map<String, Parameter>> parameters,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, Lane> lanes) {
    public PatternPresence {
      events = events == null ? List.of() : List.copyOf(events);
      parameters = parameters == null ? Map.of() : new TreeMap<>(parameters);
      lanes = lanes == null ? Map.of() : new TreeMap<>(lanes);
    }

    /** One whose events are all in the common lane. */
    public PatternPresence(
        String digest, List<String> events, Map<String, Map<String, Parameter>> parameters) {
      this(digest, events, parameters, Map.of());
    }
  }
}
