package dev.metronome.model.signature;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.HexFormat;

/** Signs, each time with a nonce that was never used before. Thread-safe. */
public final class Signer {

  private static final int NONCE_BYTES = 12;

  private final SigningKey key;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  public Signer(SigningKey key, Clock clock) {
    this.key = key;
    this.clock = clock;
  }

  /** A signature that is valid for some minutes, once. */
  public Signature sign(Statement statement) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    String timestamp = Long.toString(clock.instant().getEpochSecond());
    return key.sign(statement, timestamp, HexFormat.of().formatHex(nonce));
  }
}
