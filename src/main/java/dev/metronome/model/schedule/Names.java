package dev.metronome.model.schedule;

import java.util.Optional;

/** The rule for names of patterns, events, tasks and filters: safe in a KV key and a log line. */
final class Names {
  static final int MAX_LENGTH = 128;

  private Names() {}

  /** What is wrong with a name, as the end of a sentence that starts with the name. */
  static Optional<String> objection(String name) {
    if (name.isBlank()) {
      return Optional.of("must not be empty");
    }
    if (name.codePointCount(0, name.length()) > MAX_LENGTH) {
      return Optional.of("is longer than " + MAX_LENGTH + " characters");
    }
    if (name.equals(".") || name.equals("..")) {
      return Optional.of("is not a name");
    }
    if (name.indexOf('/') >= 0 || name.indexOf('\\') >= 0) {
      return Optional.of("must not contain a slash");
    }
    return name.codePoints().anyMatch(Shown::disturbs)
        ? Optional.of("must not contain control characters")
        : Optional.empty();
  }

  /** Reports a bad name. */
  static boolean check(String kind, String name, Position position, Findings findings) {
    Optional<String> objection = objection(name);
    objection.ifPresent(
        it -> findings.error(position, kind + " name " + Shown.text(name) + " " + it));
    return objection.isEmpty();
  }
}
