package dev.metronome.http.access;

import java.util.Locale;
import java.util.stream.Stream;

/** What somebody may do. */
public enum Role {
  /** Look. */
  READ,
  /** Look, and vote about approvals. */
  APPROVE,
  /** Look, vote, fire, cancel, retry, drop. */
  WRITE;

  /** As users write it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @throws IllegalArgumentException if there is no such role; the message says which there are
   */
  public static Role of(String word) {
    return Stream.of(values())
        .filter(role -> role.word().equals(word))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("a role is read, approve or write"));
  }

  boolean includes(Role other) {
    return compareTo(other) >= 0;
  }
}
