package dev.metronome.pipeline.process;

import java.nio.charset.StandardCharsets;

/**
 * Finds where the escape sequences of a terminal end (ECMA-48), so that none is taken for text.
 *
 * <p><i>Guarantees:</i> a sequence that is broken off swallows no line: it ends at the newline, and
 * one of more than {@value #LONGEST} bytes ends there.
 *
 * <p>Not safe for use by several threads.
 */
final class EscapeSequence {
  static final byte ESC = 0x1b;

  private static final int LONGEST = 1024;
  private static final int LONGEST_COLOUR = 32;
  private static final byte BEL = 0x07;

  /** What a byte means. */
  enum Effect {
    /** It belongs to no sequence. */
    NONE_OF_IT,
    /** It belongs to one, or ends one, that has no meaning for a log. */
    NOTHING,
    /** The cursor goes back to the beginning of the line. */
    RETURN,
    /** The line is erased. */
    ERASE,
    /** A colour, to be kept. */
    COLOUR
  }

  private enum Part {
    OUTSIDE,
    BEGUN,
    ONE_MORE,
    CONTROL,
    TEXT,
    TEXT_ENDING
  }

  private final OutputColours colours;
  private final StringBuilder parameters = new StringBuilder();
  private Part part = Part.OUTSIDE;
  private int length;

  EscapeSequence(OutputColours colours) {
    this.colours = colours;
  }

  boolean isOpen() {
    return part != Part.OUTSIDE;
  }

  void forget() {
    part = Part.OUTSIDE;
  }

  /** The colour that has just ended, as it was printed. */
  byte[] text() {
    return ("\u001b[" + parameters + "m").getBytes(StandardCharsets.US_ASCII);
  }

  Effect take(byte value) {
    if (value == '\n' || length > LONGEST) {
      part = Part.OUTSIDE;
    }
    if (value == ESC && part != Part.TEXT) {
      part = Part.BEGUN;
      length = 0;
      return Effect.NOTHING;
    }
    length = isOpen() ? length + 1 : 0;
    return switch (part) {
      case OUTSIDE -> Effect.NONE_OF_IT;
      case BEGUN -> begin(value);
      case CONTROL -> control(value);
      case TEXT -> text(value);
      case ONE_MORE, TEXT_ENDING -> end(Effect.NOTHING);
    };
  }

  private Effect begin(byte value) {
    parameters.setLength(0);
    part =
        switch (value) {
          case '[' -> Part.CONTROL;
          case ']', 'P', 'X', '^', '_' -> Part.TEXT;
          case ' ', '#', '%', '(', ')', '*', '+' -> Part.ONE_MORE;
          default -> Part.OUTSIDE;
        };
    return isControl(value) ? end(Effect.NONE_OF_IT) : Effect.NOTHING;
  }

  private Effect control(byte value) {
    if (value >= 0x20 && value < 0x40) {
      if (parameters.length() < LONGEST_COLOUR) {
        parameters.append((char) value);
      }
      return Effect.NOTHING;
    }
    if (value < 0x20 || value == 0x7f) {
      return end(Effect.NONE_OF_IT);
    }
    String which = parameters.toString();
    return end(
        switch (value) {
          case 'm' -> colours == OutputColours.KEPT ? Effect.COLOUR : Effect.NOTHING;
          case 'G' -> which.matches("[01]?") ? Effect.RETURN : Effect.NOTHING;
          case 'K' -> which.equals("2") ? Effect.ERASE : Effect.NOTHING;
          default -> Effect.NOTHING;
        });
  }

  private Effect text(byte value) {
    if (value == BEL) {
      return end(Effect.NOTHING);
    }
    part = value == ESC ? Part.TEXT_ENDING : Part.TEXT;
    return Effect.NOTHING;
  }

  private Effect end(Effect effect) {
    part = Part.OUTSIDE;
    return effect;
  }

  private static boolean isControl(byte value) {
    return value >= 0 && value < 0x20;
  }
}
