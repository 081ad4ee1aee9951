package dev.metronome.testing;

import java.nio.file.Path;
import org.opentest4j.TestAbortedException;

/** The release before this one, as {@code bin/previous-jar} builds it. */
public final class PreviousRelease {

  /** Of {@code bin/previous-jar}, where the history does not reach so far. */
  private static final int NO_HISTORY = 3;

  private static ProjectScript.Answer answer;

  private PreviousRelease() {}

  /**
   * Its jar, built once for all tests and builds.
   *
   * @throws TestAbortedException if the clone has no history, so that JUnit skips what needs it
   * @throws IllegalStateException if it cannot be built
   */
  public static synchronized Path jar() {
    if (answer == null) {
      answer = ProjectScript.run("previous-jar");
    }
    return answer.path().orElseThrow(PreviousRelease::missing);
  }

  private static RuntimeException missing() {
    if (answer.exitCode() != NO_HISTORY) {
      return new IllegalStateException("the previous release cannot be built, as is said above");
    }
    String line = "#".repeat(80);
    System.err.printf(
        "%n%s%n## SKIPPED: upgrades, since this clone has no history to build the release before"
            + " from.%n%s%n%n",
        line, line);
    return new TestAbortedException("no history here to build the previous release from");
  }
}
