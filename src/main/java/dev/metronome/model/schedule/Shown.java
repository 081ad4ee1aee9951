package dev.metronome.model.schedule;

import static java.util.stream.Collectors.joining;

import java.util.Collection;
import java.util.Locale;

/** User text inside a message: quoted, on one line, and not too long. */
final class Shown {
  private static final int MAX_LENGTH = 100;
  private static final int MAX_LISTED = 10;

  private Shown() {}

  /** The text between backticks, control characters escaped, cut after 100 characters. */
  static String text(String text) {
    return "`" + plain(text) + "`";
  }

  /** The same without backticks. */
  static String plain(String text) {
    StringBuilder shown = new StringBuilder();
    text.codePoints().limit(MAX_LENGTH).forEach(it -> append(shown, it));
    return text.codePointCount(0, text.length()) > MAX_LENGTH ? shown + "..." : shown.toString();
  }

  /** The first ten of a list, and how many more there are. */
  static String list(Collection<String> items) {
    String shown = items.stream().limit(MAX_LISTED).map(Shown::plain).collect(joining(", "));
    int more = items.size() - MAX_LISTED;
    return more > 0 ? shown + " and " + number(more) + " more" : shown;
  }

  /** With commas between thousands, whatever the user's language is. */
  static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** Whether a character would disturb a terminal, a log line or a reader. */
  static boolean disturbs(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          true;
      default -> false;
    };
  }

  private static void append(StringBuilder shown, int character) {
    switch (character) {
      case '\n' -> shown.append("\\n");
      case '\t' -> shown.append("\\t");
      case '\r' -> shown.append("\\r");
      default -> {
        if (disturbs(character)) {
          shown.append(String.format("\\u%04x", character));
        } else {
          shown.appendCodePoint(character);
        }
      }
    }
  }
}
