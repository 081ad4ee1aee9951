package dev.metronome.model.schedule;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Reads task files. Safe for all threads.
 *
 * <p><i>Guarantees:</i> content never makes it throw; all problems of all files are found in one
 * pass, except that a file that is not YAML has its first syntax error only; a file with an error
 * is not part of the schedule, and harms no other.
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
   * @param ofDoubt how bad it is if one of them does not exist, or two contradict each other in
   *     lanes
   */
  public Reading read(List<Path> files, Severity ofDoubt) {
    return read(files, ofDoubt, Schedule.empty());
  }

  /**
   * The same, but a pattern whose file cannot be used stays as it was.
   *
   * @param before what has been in force so far
   */
  public Reading read(List<Path> files, Severity ofDoubt, Schedule before) {
    Map<Path, Path> distinct = new LinkedHashMap<>();
    files.forEach(it -> distinct.putIfAbsent(it.toAbsolutePath().normalize(), it));
    List<Draft> drafts = new ArrayList<>();
    for (Path file : distinct.values()) {
      drafts.add(draft(file, ofDoubt));
    }
    List<Draft> distinctNames = distinctNames(drafts);
    PlanLimits.check(distinctNames);
    LaneConflicts.check(distinctNames, ofDoubt);
    LaneNeighbours.check(distinctNames, variables);
    return new Reading(schedule(drafts, before), problems(drafts), distinct.size());
  }

  private Draft draft(Path path, Severity missing) {
    Findings findings = new Findings();
    Optional<TaskFile> file = TaskFile.load(path, missing, findings);
    Optional<Pattern> pattern =
        file.flatMap(
            it -> new ValueReader(it, findings).read().map(root -> read(it, root, findings)));
    Set<String> events =
        pattern
            .map(it -> it.events().keySet())
            .or(() -> file.map(EventNames::guess))
            .orElse(Set.of());
    return new Draft(path, pattern, events, findings);
  }

  private Pattern read(TaskFile file, Value root, Findings findings) {
    return new PatternReader(file, known, variables, findings).read(root);
  }

  /** All but those whose pattern has the name of an earlier one. */
  private static List<Draft> distinctNames(List<Draft> drafts) {
    Map<String, Draft> named = new LinkedHashMap<>();
    for (Draft draft : drafts.stream().filter(it -> it.pattern().isPresent()).toList()) {
      Draft first = named.putIfAbsent(draft.name(), draft);
      if (first != null) {
        draft
            .findings()
            .error(
                Position.startOf(draft.file()),
                "pattern %s is loaded from both %s and %s; rename one of the folders"
                    .formatted(Shown.text(draft.name()), first.file(), draft.file()));
      }
    }
    return List.copyOf(named.values());
  }

  private Schedule schedule(List<Draft> drafts, Schedule before) {
    Map<String, Pattern> patterns = new LinkedHashMap<>();
    List<BrokenFile> broken =
        drafts.stream().filter(Draft::isBroken).map(it -> it.broken(before)).toList();
    for (Draft draft : drafts) {
      Optional<Pattern> kept =
          broken.stream().anyMatch(it -> it.pattern().equals(draft.name()))
              ? before.pattern(draft.name())
              : Optional.empty();
      kept.or(draft::usable).ifPresent(it -> patterns.putIfAbsent(it.name(), it));
    }
    return new Schedule(List.copyOf(patterns.values()), broken, variables);
  }

  private static List<Problem> problems(List<Draft> drafts) {
    return drafts.stream()
        .flatMap(it -> it.findings().problems().stream())
        .sorted()
        .distinct()
        .toList();
  }

  /**
   * What came of it.
   *
   * @param schedule all files without an error, and what was in force of the others
   * @param problems sorted by place
   * @param files number of files that were asked for
   */
  public record Reading(Schedule schedule, List<Problem> problems, int files) {
    public Reading {
      Objects.requireNonNull(schedule, "schedule");
      problems = List.copyOf(problems);
    }

    /** The same with every warning as an error. */
    public Reading strictly() {
      return new Reading(
          schedule,
          problems.stream()
              .map(it -> new Problem(Severity.ERROR, it.position(), it.message()))
              .sorted()
              .toList(),
          files);
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
