package dev.metronome.record;

import java.time.Instant;
import java.util.Base64;

/**
 * An unreadable record that was set aside.
 *
 * @param key where it stood
 * @param value its bytes, base64; cut at 64 KiB
 */
public record Quarantined(int format, String key, String reason, Instant at, String value) {

  private static final int KEPT = 65_536;

  public static Quarantined of(String key, byte[] value, String reason, Instant at) {
    byte[] kept = value.length <= KEPT ? value : java.util.Arrays.copyOf(value, KEPT);
    return new Quarantined(
        Format.CURRENT, key, reason, at, Base64.getEncoder().encodeToString(kept));
  }
}
