package dev.metronome.http.access;

/**
 * A line of the file of users: {@code NAME:ROLE:SECRET}.
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
    String[] parts = line.split(":", 3);
    if (parts.length < 3) {
      throw new IllegalArgumentException("a line is NAME:ROLE:SECRET");
    }
    User user = new User(parts[0], Role.of(parts[1]));
    return new UserLine(user, Secret.parse(parts[2]).text());
  }

  @Override
  public String toString() {
    return user.name() + ":" + user.role().word() + ":" + secret;
  }
}
