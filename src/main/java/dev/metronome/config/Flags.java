package dev.metronome.config;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The words for yes and no that YAML, Go and Consul know. */
final class Flags {
  private static final Set<String> TRUE = Set.of("true", "t", "yes", "y", "on", "1");
  private static final Set<String> FALSE = Set.of("false", "f", "no", "n", "off", "0");

  private Flags() {}

  /** Empty if {@code text} is no such word. */
  static Optional<Boolean> read(String text) {
    String word = text.trim().toLowerCase(Locale.ROOT);
    if (TRUE.contains(word)) {
      return Optional.of(true);
    }
    return FALSE.contains(word) ? Optional.of(false) : Optional.empty();
  }
}
