package dev.metronome.state;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.metronome.model.record.Part;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A node: how Consul finds it, which agent lives there, and what that does now.
 *
 * @param node the agent's name; Consul's, where there is none
 * @param patterns digests of its task files by pattern, 12 digits each
 * @param differences how these differ from the leader's; none on the leader
 * @param doing the task that it has to do now
 * @param next those that it has been assigned besides, in other lanes: it does one at a time
 * @param busy why it takes no new task
 * @param faults why task files of it cannot be used as they are now, by pattern
 * @param consulNote the reason of its maintenance, or the names of its critical checks
 * @param roles of the server, by its agent's configuration
 */
public record NodeView(
    String node,
    Health consul,
    Life agent,
    Role role,
    Optional<String> version,
    Optional<String> host,
    Optional<Long> pid,
    Optional<Instant> startedAt,
    Map<String, String> patterns,
    List<Difference> differences,
    Optional<Doing> doing,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Doing> next,
    Optional<String> busy,
    Map<String, String> faults,
    Optional<String> consulNote,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> roles) {

  public NodeView {
    differences = List.copyOf(differences);
    next = List.copyOf(next);
    faults = new TreeMap<>(faults);
    roles = List.copyOf(roles);
  }

  /** What Consul's own checks say of the node. */
  public enum Health {
    ALIVE,
    /** A check of the node is critical; it lives all the same, and runs tasks. */
    CRITICAL,
    /** An operator has put it into maintenance; it runs tasks all the same. */
    MAINTENANCE,
    /** Consul's own check says that it is dead. */
    FAILED,
    /** Not in Consul's catalog. */
    UNKNOWN;

    @JsonValue
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Whether an agent of ours lives there. */
  public enum Life {
    LIVE,
    /** It has left its presence but lost its session. */
    GONE,
    NONE;

    @JsonValue
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Whether it leads. */
  public enum Role {
    LEADER,
    MEMBER;

    @JsonValue
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A pattern that is not as the leader's. */
  public record Difference(String pattern, Kind kind) {
    /** How it differs. */
    public enum Kind {
      OTHER,
      MISSING,
      ADDITIONAL;

      @JsonValue
      public String word() {
        return name().toLowerCase(Locale.ROOT);
      }
    }
  }

  /**
   * A task that a node has to do.
   *
   * @param part absent for one of the event's ordered tasks
   */
  public record Doing(
      @JsonProperty("EventID") String eventId,
      String event,
      int no,
      String task,
      State status,
      Optional<Instant> startedAt,
      Optional<Part> part) {

    /** For people: {@code 2 install}, {@code 4 undo of install}. */
    public String title() {
      return no + " " + Part.words(part, task);
    }
  }
}
