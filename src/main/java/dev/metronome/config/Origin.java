package dev.metronome.config;

/**
 * Where a value came from.
 *
 * @param source decides which of two values wins
 * @param place for people: a flag, a variable, a place in a file
 */
record Origin(Source source, String place) {
  static final Origin DEFAULT = new Origin(Source.DEFAULT, "default");

  /** The sources; a later one wins over an earlier one. */
  enum Source {
    DEFAULT,
    CONSUL_ENVIRONMENT,
    FILE,
    ENVIRONMENT,
    FLAG
  }

  static Origin derived(String reason) {
    return new Origin(Source.DEFAULT, "default, " + reason);
  }

  boolean winsOver(Origin other) {
    return source.compareTo(other.source) > 0;
  }
}
