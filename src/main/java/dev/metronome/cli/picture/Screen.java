package dev.metronome.cli.picture;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What can be drawn on.
 *
 * @param width columns
 * @param height rows
 * @param ink whether colours are welcome
 * @param letters whether more than ASCII can be read
 */
public record Screen(int width, int height, Ink ink, Letters letters) {
  /** Colours or none. */
  public enum Ink {
    COLOURED,
    PLAIN
  }

  /** Which characters the terminal shows. */
  public enum Letters {
    UNICODE,
    ASCII
  }

  private static final Pattern SIZE = Pattern.compile("(\\d{1,4}) (\\d{1,4})\\s*");
  private static final File TERMINAL = new File("/dev/tty");
  private static final int PATIENCE_MILLIS = 500;

  /** The terminal of this process; 80 by 24 if it does not say. */
  public static Screen of(Map<String, String> environment) {
    Optional<Matcher> size = size();
    int rows = size.map(found -> Integer.parseInt(found.group(1))).filter(n -> n > 0).orElse(24);
    int columns = size.map(found -> Integer.parseInt(found.group(2))).filter(n -> n > 0).orElse(80);
    return new Screen(columns, rows, ink(environment), letters(environment));
  }

  /** A file or a pipe: as wide as it needs to be, and without colours. */
  public static Screen unbounded(Map<String, String> environment) {
    return new Screen(Integer.MAX_VALUE, Integer.MAX_VALUE, Ink.PLAIN, letters(environment));
  }

  private static Ink ink(Map<String, String> environment) {
    boolean dumb = "dumb".equals(environment.get("TERM"));
    boolean plain = dumb || !environment.getOrDefault("NO_COLOR", "").isEmpty();
    return plain ? Ink.PLAIN : Ink.COLOURED;
  }

  private static Letters letters(Map<String, String> environment) {
    String locale = "";
    for (String name : new String[] {"LANG", "LC_CTYPE", "LC_ALL"}) {
      String value = environment.getOrDefault(name, "");
      locale = value.isEmpty() ? locale : value;
    }
    String upper = locale.toUpperCase(Locale.ROOT);
    return upper.contains("UTF-8") || upper.contains("UTF8") ? Letters.UNICODE : Letters.ASCII;
  }

  private static Optional<Matcher> size() {
    try {
      Process stty = new ProcessBuilder("stty", "size").redirectInput(TERMINAL).start();
      if (!stty.waitFor(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
        stty.destroyForcibly();
        return Optional.empty();
      }
      String answer = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      return Optional.of(SIZE.matcher(answer)).filter(Matcher::matches);
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
