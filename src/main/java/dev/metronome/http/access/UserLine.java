package dev.metronome.http.access;

import java.util.List;

/**
 * A line of the file of users: {@code NAME:ROLE:SECRET}, or {@code NAME:ROLE:SECRET:GROUP,GROUP}.
 *
 * <p><em>Guarantees</em>: the line does not give the secret away.
 */
public record UserLine(User user, String secret) {

  /** Shorter passwords are refused. */
  public static final int SHORTEST_PASSWORD = 8;

  /** A user with a password. Takes some tenths of a second. */
  public static UserLine withPassword(User user, String password) {
    if (password.length() < SHORTEST_PASSWORD) {
      throw new IllegalArgumentException(
          "a password has at least " + SHORTEST_PASSWORD + " characters");
    }
    return new UserLine(user, Password.of(password).text());
  }

  /** A user with a token that {@link #newToken} has made. */
  public static UserLine withToken(User user, String token) {
    return new UserLine(user, Secret.Token.of(token).text());
  }

  /** 256 random bits, in 43 characters that need no quotes anywhere. */
  public static String newToken() {
    return Secret.Token.random();
  }

  /**
   * @throws IllegalArgumentException what is wrong with it; does not quote the line
   */
  static UserLine parse(String line) {
    String[] parts = line.split(":", 4);
    if (parts.length < 3) {
      throw new IllegalArgumentException("a line is NAME:ROLE:SECRET, or NAME:ROLE:SECRET:GROUPS");
    }
    List<String> groups = parts.length < 4 ? List.of() : List.of(parts[3].split(",", -1));
    User user = new User(parts[0], Role.of(parts[1]), groups);
    return new UserLine(user, Secret.parse(parts[2]).text());
  }

  @Override
  public String toString() {
    String groups = user.groups().isEmpty() ? "" : ":" + String.join(",", user.groups());
    return user.name() + ":" + user.role().word() + ":" + secret + groups;
  }
}
