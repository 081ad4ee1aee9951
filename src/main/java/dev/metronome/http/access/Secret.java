package dev.metronome.http.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/** What somebody must know, as it stands in the file. */
sealed interface Secret permits Password, Secret.Token {

  /** Whether this is it. Takes as long whether it is or not. */
  boolean is(String given);

  /** As it stands in the file. */
  String text();

  /** A token of 256 random bits: what nobody has thought up needs no slow hash. */
  record Token(String text) implements Secret {

    private static final String PREFIX = "$sha256$";

    static Token of(String token) {
      return new Token(PREFIX + digest(token));
    }

    static String random() {
      return Base64.getUrlEncoder().withoutPadding().encodeToString(Secret.random(32));
    }

    @Override
    public boolean is(String given) {
      byte[] known = text.getBytes(StandardCharsets.US_ASCII);
      return MessageDigest.isEqual(known, of(given).text.getBytes(StandardCharsets.US_ASCII));
    }
  }

  /**
   * @throws IllegalArgumentException if it is neither a password's nor a token's
   */
  static Secret parse(String text) {
    return text.matches("\\$sha256\\$[0-9a-f]{64}") ? new Token(text) : Password.parse(text);
  }

  /** SHA-256 in hexadecimal digits. */
  static String digest(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JVM has it
    }
  }

  static byte[] random(int bytes) {
    byte[] random = new byte[bytes];
    new SecureRandom().nextBytes(random);
    return random;
  }
}
