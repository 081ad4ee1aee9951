package dev.metronome.model.record;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * {@code approvals/EVENT_ID/NO/USER}: what somebody has said about an approval.
 *
 * @param by who: user@host, as whoever wrote it knows him
 * @param groups those of them that the approval asks for
 * @param at by the clock of whoever wrote it
 * @param reason for people
 * @param signature of all of it; absent unless whoever wrote it has a key
 */
public record Vote(
    int format,
    @JsonProperty("EventID") String eventId,
    int no,
    String by,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> groups,
    Choice choice,
    Instant at,
    Optional<String> reason,
    Optional<String> signature) {

  private static final int REASON_LIMIT = 500;

  /** What is said. */
  public enum Choice {
    APPROVE,
    DENY;

    /** The word in JSON. */
    @JsonValue
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    @JsonCreator
    static Choice of(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT));
    }
  }

  public Vote {
    Objects.requireNonNull(eventId, "EventID");
    Objects.requireNonNull(by, "By");
    Objects.requireNonNull(choice, "Choice");
    Objects.requireNonNull(at, "At");
    groups = groups == null ? List.of() : List.copyOf(groups);
    reason = reason == null ? Optional.empty() : reason;
    reason = reason.map(text -> text.substring(0, Math.min(REASON_LIMIT, text.length())));
    signature = signature == null ? Optional.empty() : signature;
  }

  /** Without a signature. */
  public static Vote of(
      String eventId,
      int no,
      String by,
      List<String> groups,
      Choice choice,
      Instant at,
      Optional<String> reason) {
    return new Vote(
        Format.CURRENT,
        eventId,
        no,
        by,
        groups,
        choice,
        at,
        reason.filter(text -> !text.isBlank()),
        Optional.empty());
  }

  /** The same, signed. */
  public Vote signed(String text) {
    return new Vote(format, eventId, no, by, groups, choice, at, reason, Optional.of(text));
  }

  /** Who votes, wherever he does. */
  @JsonIgnore
  public String user() {
    return userOf(by);
  }

  /** The user in {@code user@host}. */
  static String userOf(String by) {
    int at = by.lastIndexOf('@');
    return at > 0 ? by.substring(0, at) : by;
  }

  /** Whether the voter is called so, or is of a group that is. */
  boolean isOf(String name) {
    return user().equals(name) || groups.contains(name);
  }

  /** {@code denied by alice@ops-1: too late today}. */
  @JsonIgnore
  public String sentence() {
    return (choice == Choice.APPROVE ? "approved by " : "denied by ")
        + by
        + reason.map(text -> ": " + text).orElse("");
  }

  /** {@code alice@ops-1 (tests are green)}. */
  @JsonIgnore
  public String words() {
    return by + reason.map(text -> " (" + text + ")").orElse("");
  }
}
