package dev.metronome.model.schedule;

import static java.util.stream.Collectors.joining;

import dev.metronome.base.log.PrintableText;
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
    if (text.codePointCount(0, text.length()) <= MAX_LENGTH) {
      return PrintableText.of(text);
    }
    return PrintableText.of(text.substring(0, text.offsetByCodePoints(0, MAX_LENGTH))) + "...";
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

  /** Whether a character would disturb a terminal, a log line or a reader, now or one day. */
  static boolean disturbs(int character) {
    return !PrintableText.isPlain(character)
        || Character.getType(character) == Character.UNASSIGNED;
  }
}
