package dev.metronome.config;

/** Where a setting stands in help and in the example file. */
public enum Group {
  CONSUL("Consul"),
  AGENT("Agent"),
  TASKS("Tasks and operations"),
  LIMITS("Times and limits"),
  LOG("Log");

  private final String heading;

  Group(String heading) {
    this.heading = heading;
  }

  /** For people. */
  public String heading() {
    return heading;
  }
}
