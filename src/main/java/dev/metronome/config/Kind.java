package dev.metronome.config;

/** What a setting's value is. */
public enum Kind {
  TEXT("TEXT"),
  /** The path of a file or a folder. */
  FILE("FILE"),
  /** An integer. */
  NUMBER("N"),
  /** Bytes: {@code 131072}, {@code 128KiB}, {@code 1MiB}. */
  SIZE("SIZE"),
  /** {@code true} or {@code false}; also yes, no, on, off, 1, 0. */
  FLAG("BOOL"),
  /** {@code 500ms}, {@code 30s}, {@code 5m}, {@code 1h}, or plain seconds. */
  DURATION("TIME"),
  /** Text with commas between its items; a comma within braces belongs to its item. */
  LIST("LIST"),
  /** Text that is never shown. */
  SECRET("TEXT");

  private final String label;

  Kind(String label) {
    this.label = label;
  }

  /** The word that stands for a value in help. */
  public String label() {
    return label;
  }

  /** Whether its values are counted, so that a range applies. */
  boolean isAmount() {
    return this == NUMBER || this == SIZE || this == DURATION;
  }
}
