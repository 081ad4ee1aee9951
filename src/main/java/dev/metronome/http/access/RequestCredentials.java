package dev.metronome.http.access;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * What a request shows of who sends it (RFC 7617, RFC 6750).
 *
 * @param name empty for a bearer's token
 */
record RequestCredentials(Optional<String> name, String secret) {

  /** Those of an {@code Authorization} header; empty if it is none that is understood. */
  static Optional<RequestCredentials> parse(String header) {
    String[] parts = header.strip().split(" +", 2);
    if (parts.length < 2) {
      return Optional.empty();
    }
    if (parts[0].equalsIgnoreCase("Bearer")) {
      return Optional.of(new RequestCredentials(Optional.empty(), parts[1]));
    }
    return parts[0].equalsIgnoreCase("Basic") ? basic(parts[1]) : Optional.empty();
  }

  private static Optional<RequestCredentials> basic(String encoded) {
    try {
      String text = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
      int colon = text.indexOf(':');
      return colon < 0
          ? Optional.empty()
          : Optional.of(
              new RequestCredentials(
                  Optional.of(text.substring(0, colon)), text.substring(colon + 1)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Tells these from others without keeping them. */
  String digest() {
    return Secret.digest(name.map(known -> known + ":").orElse("") + "\0" + secret);
  }

  @Override
  public String toString() {
    return name.orElse("bearer"); // never the secret
  }
}
