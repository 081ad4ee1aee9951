package dev.metronome.model.record;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How the nodes of a task are divided into batches, one after another.
 *
 * @param serial how many nodes each batch has, of which the last repeats; none: all that may be
 * @param order absent: by name
 * @param spread key of the nodes' meta; a batch never spans two values of it
 * @param maxFailures nodes that may fail in all before no further batch is opened; absent: none
 * @param health what must be so after each batch before anything else is opened; absent: nothing
 */
public record Batching(
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Share> serial,
    Optional<Order> order,
    Optional<String> spread,
    Optional<Share> maxFailures,
    Optional<HealthGate> health) {

  /** All nodes at once. */
  public static final Batching NONE =
      new Batching(List.of(), Optional.empty(), Optional.empty(), Optional.empty());

  /** Which nodes come first. */
  public enum Order {
    NAME,
    /** In an order of its own for each event. */
    SHUFFLE;

    /** The word in task files and JSON. */
    @JsonValue
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    @JsonCreator
    static Order of(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT));
    }
  }

  public Batching {
    serial = serial == null ? List.of() : List.copyOf(serial);
    order = order == null ? Optional.empty() : order;
    spread = spread == null ? Optional.empty() : spread;
    maxFailures = maxFailures == null ? Optional.empty() : maxFailures;
    health = health == null ? Optional.empty() : health;
  }

  /** Without a gate. */
  public Batching(
      List<Share> serial,
      Optional<Order> order,
      Optional<String> spread,
      Optional<Share> maxFailures) {
    this(serial, order, spread, maxFailures, Optional.empty());
  }

  /** The same, waiting for nobody's health: of an undo. */
  public Batching ungated() {
    return new Batching(serial, order, spread, maxFailures);
  }

  /** Whether the nodes are divided at all. */
  @JsonIgnore
  public boolean isInBatches() {
    return !serial.isEmpty() || spread.isPresent();
  }

  /** How many nodes a batch may have at most, of so many in all. */
  public int size(int batch, int all) {
    return serial.isEmpty() ? all : serial.get(Math.min(batch, serial.size() - 1)).of(all);
  }

  /** How many of so many nodes may fail before no further batch is opened. */
  public int failures(int all) {
    return maxFailures
        .map(most -> most.percent() ? (int) ((long) all * most.number() / 100) : most.number())
        .orElse(0);
  }
}
