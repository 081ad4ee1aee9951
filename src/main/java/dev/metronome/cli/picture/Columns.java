package dev.metronome.cli.picture;

import java.lang.Character.UnicodeScript;
import java.util.ArrayList;
import java.util.List;

/** How many columns of a terminal a character takes, as near as can be told without asking it. */
final class Columns {
  private static final int TAB = 8;

  private Columns() {}

  static int of(int codePoint) {
    int type = Character.getType(codePoint);
    if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
      return 0;
    }
    return isWide(codePoint) ? 2 : 1;
  }

  private static boolean isWide(int codePoint) {
    return switch (UnicodeScript.of(codePoint)) {
      case HAN, HANGUL, HIRAGANA, KATAKANA, BOPOMOFO, YI, TANGUT -> true;
      default ->
          (codePoint >= 0x1F300 && codePoint <= 0x1FAFF) // pictographs
              || (codePoint >= 0x3000 && codePoint <= 0x303E)
              || (codePoint >= 0xFF01 && codePoint <= 0xFF60)
              || (codePoint >= 0xFFE0 && codePoint <= 0xFFE6);
    };
  }

  /** As much of it from its beginning as fits into so many columns. */
  static String fitting(String text, int columns) {
    int room = columns;
    int end = 0;
    while (end < text.length()) {
      int codePoint = text.codePointAt(end);
      room -= of(codePoint);
      if (room < 0) {
        return text.substring(0, end);
      }
      end += Character.charCount(codePoint);
    }
    return text;
  }

  static int width(String text) {
    return text.codePoints().map(Columns::of).sum();
  }

  /** With blanks instead of tabs, as a terminal would show it. */
  static String withoutTabs(String text) {
    if (text.indexOf('\t') < 0) {
      return text;
    }
    StringBuilder blank = new StringBuilder();
    for (String part : text.split("\t", -1)) {
      int column = width(blank.toString());
      blank.append(" ".repeat(blank.isEmpty() ? 0 : TAB - column % TAB)).append(part);
    }
    return blank.toString();
  }

  /** Over as many lines as it takes, parted at blanks where there are some. */
  static List<String> wrapped(String text, int columns) {
    List<String> lines = new ArrayList<>();
    int room = Math.max(2, columns); // as much as a character may take
    String rest = text;
    while (width(rest) > room) {
      String line = fitting(rest, room);
      int blank = rest.charAt(line.length()) == ' ' ? line.length() : line.lastIndexOf(' ');
      int end = blank > 0 ? blank : line.length();
      lines.add(rest.substring(0, end).stripTrailing());
      rest = rest.substring(end).stripLeading();
    }
    lines.add(rest);
    return lines;
  }
}
