package dev.metronome.model.record;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Objects;
import java.util.Optional;

/**
 * How something ended: a final status, why, and a sentence for people.
 *
 * @param status a final status
 * @param reason why, for programs; absent for a plain success
 * @param message why, for people: names the node, the task or the file concerned
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record Outcome(Status status, Optional<Reason> reason, Optional<String> message) {

  private static final int MESSAGE_LIMIT = 2_000;

  public Outcome {
    Objects.requireNonNull(status, "status");
    if (!status.isFinal()) {
      throw new IllegalArgumentException("an outcome is final, not " + status.word());
    }
    message = message.map(Outcome::shortened);
  }

  public static Outcome success() {
    return new Outcome(Status.SUCCESS, Optional.empty(), Optional.empty());
  }

  public static Outcome error(Reason reason, String message) {
    return new Outcome(Status.ERROR, Optional.of(reason), Optional.of(message));
  }

  public static Outcome timeout(String message) {
    return new Outcome(Status.TIMEOUT, Optional.of(Reason.TIMEOUT), Optional.of(message));
  }

  public static Outcome skip(Reason reason, String message) {
    return new Outcome(Status.SKIP, Optional.of(reason), Optional.of(message));
  }

  /** Where its status and the sentence tell enough. */
  public static Outcome skip(String message) {
    return new Outcome(Status.SKIP, Optional.empty(), Optional.of(message));
  }

  private static String shortened(String text) {
    return text.length() <= MESSAGE_LIMIT ? text : text.substring(0, MESSAGE_LIMIT) + "…";
  }
}
