package dev.metronome.model.schedule;

import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds variables that could never be resolved. */
final class Cycles {
  private Cycles() {}

  /**
   * Reports each circle once, at a variable of the section.
   *
   * @param variables those of the section, and all others that they may refer to
   */
  static void check(Value.Mapping section, Variables variables, Findings findings) {
    Templates templates = new Templates(variables);
    Set<String> reported = new HashSet<>();
    for (Value.Entry entry : section.entries().values()) {
      templates
          .cycle(entry.key())
          .filter(it -> it.path().isEmpty() || reported.addAll(it.path()))
          .ifPresent(it -> findings.error(place(it, section).orElse(entry).position(), text(it)));
    }
  }

  private static String text(VariableCycleException cycle) {
    return Shown.plain(cycle.getMessage());
  }

  private static Optional<Value.Entry> place(VariableCycleException cycle, Value.Mapping section) {
    Map<String, Value.Entry> entries = section.entries();
    return cycle.path().stream().filter(entries::containsKey).findFirst().map(entries::get);
  }
}
