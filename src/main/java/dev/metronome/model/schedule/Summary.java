package dev.metronome.model.schedule;

import java.util.List;

/** How much is wrong, in one line: {@code 2 errors and 1 warning in 3 files}. */
public final class Summary {
  private Summary() {}

  /**
   * The line.
   *
   * @param files number of files that were read
   */
  public static String of(List<Problem> problems, int files) {
    int errors = count(problems, Severity.ERROR);
    int warnings = count(problems, Severity.WARNING);
    String also = warnings == 0 ? "" : " and " + number(warnings, "warning");
    return number(errors, "error") + also + " in " + number(files, "file");
  }

  private static int count(List<Problem> problems, Severity severity) {
    return (int) problems.stream().filter(it -> it.severity() == severity).count();
  }

  private static String number(int count, String noun) {
    return Shown.number(count) + " " + noun + (count == 1 ? "" : "s");
  }
}
