package dev.metronome.http.access;

import java.util.List;

/**
 * Somebody who may ask.
 *
 * @param name as it stands in the results of what he did
 * @param groups what approvals may call him and others by
 */
public record User(String name, Role role, List<String> groups) {

  /** Whoever asks where nobody needs to say who he is. */
  static final User ANYBODY = new User("http", Role.WRITE);

  private static final String NAMES = "[A-Za-z0-9._-]{1,64}";
  private static final int GROUPS = 50;

  /**
   * {@link IllegalArgumentException} if a name is none: they stand before a colon, a comma, an at.
   */
  public User {
    if (!name.matches(NAMES)) {
      throw new IllegalArgumentException(
          "a user's name has up to 64 of the characters A-Z a-z 0-9 . _ -");
    }
    groups = List.copyOf(groups);
    if (groups.size() > GROUPS || !groups.stream().allMatch(group -> group.matches(NAMES))) {
      throw new IllegalArgumentException(
          "a user's groups are up to "
              + GROUPS
              + " names with commas in between, each of up to 64 of the characters A-Z a-z 0-9 . _ -");
    }
  }

  /** Of no group. */
  public User(String name, Role role) {
    this(name, role, List.of());
  }
}
