package dev.metronome.pipeline.execute;

import java.util.List;
import java.util.Optional;

/** The names of Linux's signals, for whom 137 says nothing. */
final class SignalNames {

  private static final List<String> NAMES =
      List.of(
          "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2",
          "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG",
          "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS");

  private SignalNames() {}

  /** The name of a signal by its number; empty if it has none that everybody knows. */
  static Optional<String> of(int number) {
    return number < 1 || number > NAMES.size()
        ? Optional.empty()
        : Optional.of("SIG" + NAMES.get(number - 1));
  }
}
