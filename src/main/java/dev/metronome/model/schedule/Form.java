package dev.metronome.model.schedule;

/** The state of the texts in an operation's arguments. */
public enum Form {
  /** As in the file: a text with a template in it may still become anything. */
  WRITTEN,
  /** After the templates have been resolved, right before the operation runs. */
  RESOLVED
}
