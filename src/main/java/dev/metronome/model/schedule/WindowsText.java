package dev.metronome.model.schedule;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Scripts whose lines end as on Windows, so that a carriage return is part of each. */
public final class WindowsText {
  private static final int HEAD = 64 * 1024;

  /** What to say, after the name of what has them. */
  public static final String SENTENCE =
      "has Windows line ends, which programs here take for part of each line; sed -i 's/\\r$//'"
          + " removes them";

  private WindowsText() {}

  /** Whether a script has such lines. */
  public static boolean isIn(String script) {
    return script.contains("\r\n");
  }

  /** The sentence, if a file is a script with such lines near its beginning. */
  public static Optional<String> inFile(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      String head = new String(in.readNBytes(HEAD), StandardCharsets.ISO_8859_1);
      return head.startsWith("#!") && isIn(head) ? Optional.of(SENTENCE) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // executable, but not readable
    }
  }
}
