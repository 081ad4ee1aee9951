package dev.metronome.model.record;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;

/**
 * An unreadable record that was set aside.
 *
 * @param key where it stood
 * @param value its bytes, base64; cut at 64 KiB
 * @param size how many bytes it had
 */
public record Quarantined(
    int format, String key, String reason, Instant at, String value, Optional<Integer> size) {

  private static final int KEPT = 65_536;

  public Quarantined {
    Objects.requireNonNull(key, "Key");
    Objects.requireNonNull(at, "At");
    reason = reason == null ? "unknown" : reason;
    value = value == null ? "" : value;
    size = size == null ? Optional.empty() : size;
    Base64.getDecoder().decode(value);
  }

  public static Quarantined of(String key, byte[] value, String reason, Instant at) {
    byte[] kept = value.length <= KEPT ? value : Arrays.copyOf(value, KEPT);
    return new Quarantined(
        Format.CURRENT,
        key,
        reason,
        at,
        Base64.getEncoder().encodeToString(kept),
        Optional.of(value.length));
  }

  /** What stood there, or its beginning. */
  public byte[] bytes() {
    return Base64.getDecoder().decode(value);
  }

  /** Whether all of it is here. */
  @JsonIgnore
  public boolean isWhole() {
    return size.orElse(bytes().length) == bytes().length;
  }
}
