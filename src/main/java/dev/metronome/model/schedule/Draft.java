package dev.metronome.model.schedule;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A task file that has been read, and what was wrong with it so far.
 *
 * @param pattern what could be understood; absent if nothing could
 * @param events those that it defines, or seems to
 */
record Draft(Path file, Optional<Pattern> pattern, Set<String> events, Findings findings) {
  Draft {
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(pattern, "pattern");
    Objects.requireNonNull(findings, "findings");
    events = Set.copyOf(events);
  }

  String name() {
    return PatternReader.nameOf(file);
  }

  boolean isBroken() {
    return findings.hasErrors();
  }

  Optional<Pattern> usable() {
    return isBroken() ? Optional.empty() : pattern;
  }

  /**
   * Only of one that is.
   *
   * @param before what has been in force so far
   */
  BrokenFile broken(Schedule before) {
    return new BrokenFile(
        name(),
        file,
        events,
        findings.problems().stream()
            .filter(it -> it.severity() == Severity.ERROR)
            .sorted()
            .distinct()
            .toList(),
        before.pattern(name()).isPresent()
            ? BrokenFile.Effect.AS_BEFORE
            : BrokenFile.Effect.LEFT_OUT);
  }
}
