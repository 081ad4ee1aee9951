package dev.metronome.pipeline.process;

/** Which of its two streams a command has written to. */
public enum OutputSource {
  OUT("INFO"),
  /** Much that is no failure is said there: progress, {@code set -x}. */
  ERR("WARN");

  private final String level;

  OutputSource(String level) {
    this.level = level;
  }

  /** The level of its lines in a log. */
  String level() {
    return level;
  }
}
