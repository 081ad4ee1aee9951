package dev.metronome.http.access;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * A password by PBKDF2 with HMAC-SHA512, in the form that passlib writes too: {@code
 * $pbkdf2-sha512$ROUNDS$SALT$HASH}, both in base 64 with a point for the plus, unpadded. Slow to
 * check, on purpose: some tenths of a second.
 */
record Password(int rounds, String salt, String hash) implements Secret {

  /** OWASP's figure for HMAC-SHA512. */
  private static final int ROUNDS = 210_000;

  private static final int MOST_ROUNDS = 5_000_000; // some seconds
  private static final int SALT_BYTES = 16;
  private static final int HASH_BYTES = 64;
  private static final Pattern FORM =
      Pattern.compile(
          "\\$pbkdf2-sha512\\$([1-9][0-9]{3,6})\\$([A-Za-z0-9./]{11,86})\\$([A-Za-z0-9./]{86})");

  static Password of(String password) {
    byte[] salt = Secret.random(SALT_BYTES);
    return new Password(ROUNDS, encode(salt), encode(derive(password, salt, ROUNDS)));
  }

  static Password parse(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches() || Integer.parseInt(parts.group(1)) > MOST_ROUNDS) {
      throw new IllegalArgumentException("its third part is no hash of a password or token");
    }
    return new Password(Integer.parseInt(parts.group(1)), parts.group(2), parts.group(3));
  }

  @Override
  public boolean is(String given) {
    return MessageDigest.isEqual(decode(hash), derive(given, decode(salt), rounds));
  }

  @Override
  public String text() {
    return "$pbkdf2-sha512$" + rounds + "$" + salt + "$" + hash;
  }

  private static byte[] derive(String password, byte[] salt, int rounds) {
    PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, rounds, HASH_BYTES * 8);
    try {
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512").generateSecret(spec).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every JVM has it
    } finally {
      spec.clearPassword();
    }
  }

  private static String encode(byte[] bytes) {
    return Base64.getEncoder().withoutPadding().encodeToString(bytes).replace('+', '.');
  }

  private static byte[] decode(String text) {
    return Base64.getDecoder().decode(text.replace('.', '+'));
  }
}
