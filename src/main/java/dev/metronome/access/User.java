package dev.metronome.access;

/**
 * Somebody who may ask.
 *
 * @param name as it stands in the results of what he did
 */
record User(String name, Role role) {

  /** Whoever asks where nobody needs to say who he is. */
  static final User ANYBODY = new User("http", Role.WRITE);
}
