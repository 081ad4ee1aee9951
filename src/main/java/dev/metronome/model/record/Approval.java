package dev.metronome.model.record;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * What must be agreed to before an event goes on: a step that has no nodes.
 *
 * @param message what is asked, for those who vote
 * @param by the users, and groups of users, whose votes count
 * @param count how many must agree
 * @param self that the vote of whoever has fired the event counts, too; absent: it does not
 * @param timeoutSeconds how long it waits
 * @param onTimeout what is decided then
 */
public record Approval(
    String message,
    List<String> by,
    int count,
    Optional<Boolean> self,
    long timeoutSeconds,
    OnTimeout onTimeout) {

  /** What a step of an event is called that is an approval. */
  public static final String STEP = "approve";

  /** What is decided when nobody has in time. */
  public enum OnTimeout {
    DENY,
    APPROVE;

    /** The word in task files and in JSON. */
    @JsonValue
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    @JsonCreator
    static OnTimeout of(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT));
    }

    @Override
    public String toString() {
      return word();
    }
  }

  public Approval {
    Objects.requireNonNull(message, "Message");
    Objects.requireNonNull(onTimeout, "OnTimeout");
    by = List.copyOf(by);
    self = self == null ? Optional.empty() : self.filter(it -> it);
    if (by.isEmpty() || count < 1 || timeoutSeconds < 1) {
      throw new IllegalArgumentException(
          "no approval by " + by + ", " + count + " of them, within " + timeoutSeconds + " s");
    }
  }

  /** Why a vote does not count, as the end of a sentence about the voter; empty if it does. */
  public Optional<String> objection(Vote vote, Optional<String> requester) {
    if (by.stream().noneMatch(vote::isOf)) {
      return Optional.of("is none of those who may: " + whose());
    }
    boolean own = requester.map(Vote::userOf).filter(vote.user()::equals).isPresent();
    return own && self.isEmpty()
        ? Optional.of("has fired the event, and somebody else is to agree (`self: false`)")
        : Optional.empty();
  }

  /** {@code ops, alice}. */
  public String whose() {
    return String.join(", ", by);
  }

  /** {@code ops}, {@code 2 of ops, alice}. */
  public String voters() {
    return count == 1 ? whose() : count + " of " + whose();
  }
}
