package dev.metronome.pipeline.process;

/**
 * Part of a line made printable: valid UTF-8, control characters as {@code \x00}.
 *
 * @param text what to print
 * @param length the text's length in UTF-8
 * @param from the index of the first byte that it stands for
 * @param to the index after the last byte that it stands for
 */
record VisibleText(String text, int length, int from, int to) {

  /** As much of the beginning of {@code bytes[from..to)} as fits into {@code room} bytes. */
  static VisibleText beginning(byte[] bytes, int from, int to, int room) {
    StringBuilder text = new StringBuilder();
    int length = 0;
    int at = from;
    while (at < to) {
      int character = Utf8.characterAt(bytes, at, to);
      int width = width(character);
      if (length + width > room) {
        break;
      }
      print(text, character);
      length += width;
      at += consumed(bytes, at, character);
    }
    return new VisibleText(text.toString(), length, from, at);
  }

  /** As much of the end of {@code bytes[from..to)} as fits into {@code room} bytes. */
  static VisibleText end(byte[] bytes, int from, int to, int room) {
    int length = 0;
    int start = from;
    for (int at = from; at < to; ) {
      int character = Utf8.characterAt(bytes, at, to);
      length += width(character);
      at += consumed(bytes, at, character);
      while (length > room) {
        int dropped = Utf8.characterAt(bytes, start, to);
        length -= width(dropped);
        start += consumed(bytes, start, dropped);
      }
    }
    return beginning(bytes, start, to, room);
  }

  private static int consumed(byte[] bytes, int at, int character) {
    boolean replaced = character == Utf8.REPLACEMENT && !isWrittenReplacement(bytes, at);
    return replaced ? 1 : Utf8.length(character);
  }

  private static boolean isWrittenReplacement(byte[] bytes, int at) {
    return at + 2 < bytes.length
        && bytes[at] == (byte) 0xEF
        && bytes[at + 1] == (byte) 0xBF
        && bytes[at + 2] == (byte) 0xBD;
  }

  private static int width(int character) {
    return hidden(character) ? 4 : Utf8.length(character);
  }

  private static void print(StringBuilder text, int character) {
    if (hidden(character)) {
      text.append("\\x");
      text.append(Character.forDigit(character >> 4, 16));
      text.append(Character.forDigit(character & 0xF, 16));
    } else {
      text.appendCodePoint(character);
    }
  }

  /** An escape is here only where colours are kept, and then begins one. */
  private static boolean hidden(int character) {
    return Character.isISOControl(character)
        && character != '\t'
        && character != EscapeSequence.ESC;
  }
}
