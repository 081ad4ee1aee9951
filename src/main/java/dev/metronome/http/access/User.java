package dev.metronome.http.access;

/**
 * Somebody who may ask.
 *
 * @param name as it stands in the results of what he did
 */
public record User(String name, Role role) {

  /** Whoever asks where nobody needs to say who he is. */
  static final User ANYBODY = new User("http", Role.WRITE);

  private static final String NAMES = "[A-Za-z0-9._-]{1,64}";

  /** {@link IllegalArgumentException} if the name is none: it stands before a colon and an at. */
  public User {
    if (!name.matches(NAMES)) {
      throw new IllegalArgumentException(
          "a user's name has up to 64 of the characters A-Z a-z 0-9 . _ -");
    }
  }
}
