package dev.metronome.agent.systemd;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The text of the unit file. Its first line holds a digest of the rest, by which it is known again:
 * a file that somebody has edited, or that somebody else wrote, is not ours to replace or remove.
 */
final class UnitText {
  private static final String MARK = "# Written by `metronome install`, digest ";
  private static final String ADVICE =
      "; changes belong into a drop-in: systemctl edit metronome\n";
  private static final int DIGITS = 16;

  private UnitText() {}

  static String of(Launch launch) {
    String body =
        template()
            .replace("${command}", launch.commandLine())
            .replace("${environment}", launch.environment())
            .replace("${stop}", launch.stop().toSeconds() + "s");
    return MARK + digest(body) + ADVICE + body;
  }

  /** Whether it was written here and not changed since. */
  static boolean isOurs(String text) {
    int end = text.indexOf('\n') + 1;
    return text.startsWith(MARK) && text.startsWith(digest(text.substring(end)), MARK.length());
  }

  /** Whether it was written here, changed or not. */
  static boolean wasOurs(String text) {
    return text.startsWith(MARK);
  }

  private static String template() {
    try (InputStream in = UnitText.class.getResourceAsStream("/systemd/metronome.service")) {
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("the unit's template in the jar cannot be read", e);
    }
  }

  private static String digest(String body) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(body.getBytes(UTF_8));
      return HexFormat.of().formatHex(hash).substring(0, DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
