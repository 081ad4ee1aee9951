package dev.metronome.consul;

import java.util.Optional;

/** Consul cannot read a filter expression. Its message is Consul's reason. */
public final class FilterRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final String TOLD = "Failed to create boolean expression evaluator: ";

  private FilterRefusedException(String reason) {
    super(reason);
  }

  /** An answer of Consul's that says so, with whatever status: older versions call it their own. */
  static Optional<FilterRefusedException> of(String text) {
    int told = text.indexOf(TOLD);
    return told < 0
        ? Optional.empty()
        : Optional.of(
            new FilterRefusedException(Calls.firstLine(text.substring(told + TOLD.length()))));
  }
}
