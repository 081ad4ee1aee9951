package dev.metronome.schedule;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Reads task files. Safe for all threads.
 *
 * <p><i>Guarantees:</i> content never makes it throw; all problems of all files are found in one
 * pass, except that a file that is not YAML has its first syntax error only; a file with an error
 * is not part of the schedule.
 */
public final class ScheduleReader {
  private final OperationTypes known;
  private final Variables variables;

  /**
   * @param known the operations that tasks may use
   * @param variables those known besides the files' own: variables.yml, {@code --var}, {@code role}
   *     and {@code config.KEY}; without any {@code config.} name, all of them count as known
   */
  public ScheduleReader(OperationTypes known, Variables variables) {
    this.known = Objects.requireNonNull(known, "known");
    this.variables = Objects.requireNonNull(variables, "variables");
  }

  /** Reads all files, in the order that decides ties of priority; a missing one is a warning. */
  public Reading read(List<Path> files) {
    return read(files, Severity.WARNING);
  }

  /**
   * Reads all files, in the order that decides ties of priority. A file that is named twice is read
   * once.
   *
   * @param missing how bad it is if one of them does not exist
   */
  public Reading read(List<Path> files, Severity missing) {
    Map<Path, Path> distinct = new LinkedHashMap<>();
    files.forEach(it -> distinct.putIfAbsent(it.toAbsolutePath().normalize(), it));
    List<Findings> findings = new ArrayList<>();
    List<Draft> drafts = new ArrayList<>();
    for (Path file : distinct.values()) {
      Findings own = new Findings();
      findings.add(own);
      draft(file, missing, own).ifPresent(drafts::add);
    }
    List<Draft> named = distinctNames(drafts);
    PlanLimits.check(named);
    return new Reading(schedule(named), problems(findings), distinct.size());
  }

  private Optional<Draft> draft(Path path, Severity missing, Findings findings) {
    return TaskFile.load(path, missing, findings)
        .flatMap(
            file ->
                new ValueReader(file, findings)
                    .read()
                    .map(root -> new PatternReader(file, known, variables, findings).read(root)))
        .map(pattern -> new Draft(pattern, findings));
  }

  /** All but those whose pattern has the name of an earlier one. */
  private static List<Draft> distinctNames(List<Draft> drafts) {
    Map<String, Draft> named = new LinkedHashMap<>();
    for (Draft draft : drafts) {
      Draft first = named.putIfAbsent(draft.pattern().name(), draft);
      if (first != null) {
        draft
            .findings()
            .error(
                Position.startOf(draft.pattern().file()),
                "pattern %s is loaded from both %s and %s; rename one of the folders"
                    .formatted(
                        Shown.text(draft.pattern().name()),
                        first.pattern().file(),
                        draft.pattern().file()));
      }
    }
    return List.copyOf(named.values());
  }

  private Schedule schedule(List<Draft> drafts) {
    return new Schedule(
        drafts.stream().filter(it -> !it.findings().hasErrors()).map(Draft::pattern).toList(),
        variables);
  }

  private static List<Problem> problems(List<Findings> findings) {
    return findings.stream().flatMap(it -> it.problems().stream()).sorted().distinct().toList();
  }

  /**
   * What came of it.
   *
   * @param schedule all files without an error
   * @param problems sorted by place
   * @param files number of files that were asked for
   */
  public record Reading(Schedule schedule, List<Problem> problems, int files) {
    public Reading {
      Objects.requireNonNull(schedule, "schedule");
      problems = List.copyOf(problems);
    }

    /** Whether some file is not used. */
    public boolean hasErrors() {
      return problems.stream().anyMatch(it -> it.severity() == Severity.ERROR);
    }

    /** The last line of {@code validate}. */
    public String summary() {
      return Summary.of(problems, files);
    }
  }
}
