package dev.metronome.base.log;

/** Whether a logged exception shows where it came from. */
public enum StackTraces {
  /** The exception's message follows the record's, on the same line. */
  HIDDEN,
  /** The stack follows, indented, so that no line of it can pass for a record. */
  SHOWN
}
