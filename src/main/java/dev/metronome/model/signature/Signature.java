package dev.metronome.model.signature;

import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code v1.KEYID.TIMESTAMP.NONCE.MAC}, at most {@value #LONGEST} characters: the payload of a user
 * event.
 *
 * @param keyId which key signed
 * @param timestamp seconds since 1970, ten digits
 * @param nonce 24 hexadecimal digits that no other signature has; the event's ID
 * @param mac base64url
 */
public record Signature(String keyId, String timestamp, String nonce, String mac) {

  /** Consul 1.22 and newer take payloads of less than 100 bytes. */
  static final int LONGEST = 95;

  private static final Pattern FORM =
      Pattern.compile(
          "v1\\.(?<key>[A-Za-z0-9_-]{1,12})"
              + "\\.(?<time>[1-9][0-9]{9})"
              + "\\.(?<nonce>[0-9a-f]{24})"
              + "\\.(?<mac>[A-Za-z0-9_-]{43})");

  /** What a payload says, if it has this form; whether it is true is another question. */
  public static Optional<Signature> parse(String payload) {
    if (payload.length() > LONGEST) {
      return Optional.empty();
    }
    Matcher parts = FORM.matcher(payload);
    return parts.matches()
        ? Optional.of(
            new Signature(
                parts.group("key"), parts.group("time"), parts.group("nonce"), parts.group("mac")))
        : Optional.empty();
  }

  /** As it travels. */
  public String text() {
    return String.join(".", "v1", keyId, timestamp, nonce, mac);
  }

  /** When it was made, by the clock of whoever made it. */
  public Instant at() {
    return Instant.ofEpochSecond(Long.parseLong(timestamp));
  }

  /** Without what makes it valid, so that no log can show it. */
  @Override
  public String toString() {
    return "signature " + nonce + " by key " + keyId;
  }
}
