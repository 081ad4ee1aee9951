package dev.metronome.model.schedule;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads variables.yml: a flat map of names and texts, by the same rules as the section {@code
 * variables} of a task file.
 */
public final class VariablesReader {
  private VariablesReader() {}

  /**
   * Reads the file. One that is empty has no variables.
   *
   * @param missing how bad it is if there is none
   */
  public static Reading read(Path file, Severity missing) {
    Findings findings = new Findings();
    Map<String, String> variables = new LinkedHashMap<>();
    TaskFile.load(file, missing, findings)
        .flatMap(it -> new ValueReader(it, findings).read())
        .ifPresent(it -> variables.putAll(variables(it, findings)));
    return new Reading(variables, findings.problems().stream().sorted().toList());
  }

  private static Map<String, String> variables(Value root, Findings findings) {
    if (root instanceof Value.Mapping mapping) {
      Map<String, String> read = new TextsReader(findings).variables(mapping.entries().values());
      Variables own = Variables.none().with(VariableSource.VARIABLES_FILE, read);
      Cycles.check(mapping, own, findings);
      return read;
    }
    if (!root.isNothing() && root.usable()) {
      findings.error(
          root.position(), "expected a mapping of names to values, found " + root.kind());
    }
    return Map.of();
  }

  /**
   * What came of it.
   *
   * @param variables those without an error, in the order of the file
   * @param problems sorted by place
   */
  public record Reading(Map<String, String> variables, List<Problem> problems) {
    public Reading {
      variables = Collections.unmodifiableMap(new LinkedHashMap<>(variables));
      problems = List.copyOf(problems);
    }

    /** Whether the file should not be used. */
    public boolean hasErrors() {
      return problems.stream().anyMatch(it -> it.severity() == Severity.ERROR);
    }
  }
}
