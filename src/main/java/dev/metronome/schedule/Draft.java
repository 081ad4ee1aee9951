package dev.metronome.schedule;

import java.util.Objects;

/** A pattern that has been read, and what was wrong with it so far. */
record Draft(Pattern pattern, Findings findings) {
  Draft {
    Objects.requireNonNull(pattern, "pattern");
    Objects.requireNonNull(findings, "findings");
  }
}
