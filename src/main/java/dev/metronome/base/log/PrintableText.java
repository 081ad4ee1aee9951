package dev.metronome.base.log;

/**
 * Makes text that someone else wrote safe to print as part of one line.
 *
 * <p><b>Guarantees</b>: the result has no line break of any kind, no control character and no
 * character that reorders its neighbours; each stands there as an escape such as {@code \n}. The
 * result has at most {@value #LONGEST} characters of the text.
 *
 * <p><b>Does not guarantee</b> that it can be reversed: a backslash stays as it is.
 */
public final class PrintableText {
  private static final int LONGEST = 16_384;

  private PrintableText() {}

  /** {@code text} on one line; "null" for null. */
  public static String of(String text) {
    if (text == null) {
      return "null";
    }
    if (text.length() <= LONGEST && text.codePoints().allMatch(PrintableText::isPlain)) {
      return text;
    }
    int end = Math.min(text.length(), LONGEST);
    StringBuilder line = new StringBuilder(end + 64);
    text.substring(0, end).codePoints().forEach(character -> append(line, character));
    if (end < text.length()) {
      line.append("... (").append(text.length() - end).append(" characters left out)");
    }
    return line.toString();
  }

  private static void append(StringBuilder line, int character) {
    switch (character) {
      case '\n' -> line.append("\\n");
      case '\r' -> line.append("\\r");
      case '\t' -> line.append("\\t");
      default -> {
        if (isPlain(character)) {
          line.appendCodePoint(character);
        } else {
          line.append(String.format("\\u%04x", character));
        }
      }
    }
  }

  /** Whether a code point disturbs neither a terminal, nor a log line, nor who reads it. */
  public static boolean isPlain(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          false;
      default -> true;
    };
  }
}
