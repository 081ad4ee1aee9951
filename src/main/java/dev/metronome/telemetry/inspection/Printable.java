package dev.metronome.telemetry.inspection;

import java.nio.charset.StandardCharsets;

/** What somebody else wrote, as text. */
final class Printable {

  private Printable() {}

  static String json(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
