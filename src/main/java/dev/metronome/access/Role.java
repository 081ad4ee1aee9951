package dev.metronome.access;

import java.util.Locale;

/** What somebody may do. */
enum Role {
  /** Look. */
  READ,
  /** Look, fire, cancel, retry. */
  WRITE;

  /**
   * @throws IllegalArgumentException if there is no such role
   */
  static Role of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  boolean includes(Role other) {
    return compareTo(other) >= 0;
  }
}
