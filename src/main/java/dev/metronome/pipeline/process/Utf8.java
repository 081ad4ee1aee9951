package dev.metronome.pipeline.process;

/** The arithmetic of UTF-8, one character at a time, so that a cut never falls inside one. */
final class Utf8 {
  /** What stands for a byte that is no part of a character. */
  static final int REPLACEMENT = 0xFFFD;

  private Utf8() {}

  static boolean continues(byte value) {
    return (value & 0xC0) == 0x80;
  }

  /** How many bytes a character that begins with this one has; 1 for a byte that begins none. */
  static int lengthAfter(byte lead) {
    int value = lead & 0xFF;
    if (value < 0xC2 || value > 0xF4) {
      return 1;
    }
    return value < 0xE0 ? 2 : value < 0xF0 ? 3 : 4;
  }

  /**
   * The character at an index, or {@link #REPLACEMENT} for one byte that is not the start of one.
   */
  static int characterAt(byte[] bytes, int at, int end) {
    if (bytes[at] >= 0) {
      return bytes[at];
    }
    int length = lengthAfter(bytes[at]);
    if (length == 1 || at + length > end) {
      return REPLACEMENT;
    }
    int character = bytes[at] & (0xFF >> (length + 1));
    for (int next = at + 1; next < at + length; next++) {
      if (!continues(bytes[next])) {
        return REPLACEMENT;
      }
      character = character << 6 | (bytes[next] & 0x3F);
    }
    return valid(character, length) ? character : REPLACEMENT;
  }

  /** How many bytes a character has when written. */
  static int length(int character) {
    if (character < 0x80) {
      return 1;
    }
    return character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
  }

  private static boolean valid(int character, int length) {
    boolean surrogate = character >= 0xD800 && character <= 0xDFFF;
    return !surrogate && character <= Character.MAX_CODE_POINT && length(character) == length;
  }
}
