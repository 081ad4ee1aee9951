package dev.metronome.base.encoding;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * Which text this JVM can hand to the system as an argument, a variable or a path. The JVM encodes
 * all of these by the locale that it was started with, and puts a question mark for what that
 * lacks. Text of ours is UTF-8 everywhere, so without a UTF-8 locale only ASCII is sure to arrive.
 *
 * @param encoding the name of what the JVM encodes by
 * @param isUtf8 whether that is UTF-8 for all three
 */
public record NativeText(String encoding, boolean isUtf8) {

  /** What stands for bytes that could not be read. */
  public static final char REPLACEMENT = '\uFFFD';

  private static final NativeText PROCESS = ofJvm();

  /** This process's. */
  public static NativeText ofProcess() {
    return PROCESS;
  }

  /** Before Java 18 arguments and variables go by the default charset, paths by the locale's. */
  private static NativeText ofJvm() {
    String locale = System.getProperty("sun.jnu.encoding", "UTF-8");
    Charset others = Charset.defaultCharset();
    boolean old = Runtime.version().feature() < 18;
    return !isUtf8(locale) || !old
        ? new NativeText(locale, isUtf8(locale))
        : new NativeText(others.name(), isUtf8(others.name()));
  }

  private static boolean isUtf8(String name) {
    return name.equalsIgnoreCase("UTF-8") || name.equalsIgnoreCase("UTF8");
  }

  /** Whether a text arrives as it is. */
  public boolean holds(String text) {
    return isUtf8
        ? StandardCharsets.UTF_8.newEncoder().canEncode(text)
        : text.chars().allMatch(c -> c < 0x80);
  }

  /** Whether a text was read as the UTF-8 that it was: Latin 1 reads any bytes, as others. */
  boolean hasRead(String text) {
    return holds(text) && !isDamaged(text);
  }

  /** Why a text that it does not hold cannot be handed on; a clause that follows its name. */
  public String objection() {
    return isUtf8 ? "is not UTF-8" : "has characters that cannot be handed on: " + lack();
  }

  /** What this process lacks, and the remedy. */
  public String lack() {
    return "this process has no UTF-8 locale ("
        + encoding
        + "); start it with LC_CTYPE=C.UTF-8 and without LC_ALL";
  }

  /** Whether a text was read from bytes that this process could not read. */
  public static boolean isDamaged(String text) {
    return text.indexOf(REPLACEMENT) >= 0;
  }
}
