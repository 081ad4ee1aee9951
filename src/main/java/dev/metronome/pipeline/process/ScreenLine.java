package dev.metronome.pipeline.process;

import java.time.Instant;
import java.util.Arrays;

/**
 * The line that a command is printing, as a screen would show it in the end: what follows a
 * carriage return takes the place of what stood there, a backspace takes a character back, and
 * escape sequences are obeyed or dropped, never shown.
 *
 * <p><i>Guarantees:</i> the same text however the bytes are cut into chunks; no more than {@value
 * #LONGEST} bytes of memory, beyond which a line is handed on before it is complete and can be
 * taken back no more; bytes without any of this are not copied but at the ends of chunks.
 *
 * <p>Not safe for use by several threads.
 */
final class ScreenLine {
  static final int LONGEST = 4096;

  private static final int FIRST_SIZE = 128;

  /** Gets what will not change any more. */
  @FunctionalInterface
  interface Sink {
    /**
     * @param at when the line, or the lines' chunk, began
     */
    void take(Instant at, byte[] bytes, int offset, int length);
  }

  private static final byte[] NEWLINE = {'\n'};

  private final Sink sink;
  private final EscapeSequence escape;
  private byte[] line = {};
  private int length;
  private Instant begun = Instant.EPOCH;
  private boolean returned;
  private boolean handedOn;

  ScreenLine(OutputColours colours, Sink sink) {
    this.sink = sink;
    this.escape = new EscapeSequence(colours);
  }

  void take(Instant now, byte[] bytes, int offset, int count) {
    int at = offset;
    int end = offset + count;
    while (at < end) {
      int plain = escape.isOpen() || returned ? at : plainUntil(bytes, at, end);
      takePlain(now, bytes, at, plain);
      at = plain;
      if (at < end) {
        takeSpecial(now, bytes[at]);
        at++;
      }
    }
  }

  /** What has been printed of a line that has no end yet. */
  byte[] unfinished() {
    return Arrays.copyOf(line, length);
  }

  /** Whether something of a line has come and not its end. */
  boolean isUnfinished() {
    return length > 0 || handedOn;
  }

  /** When the unfinished line began. */
  Instant begun() {
    return begun;
  }

  int held() {
    return line.length;
  }

  /** Ends the line where it is, if one was begun. */
  void end(Instant now) {
    escape.forget();
    returned = false;
    if (isUnfinished()) {
      takePlain(now, NEWLINE, 0, 1);
    }
  }

  private static int plainUntil(byte[] bytes, int from, int end) {
    int at = from;
    while (at < end && bytes[at] != '\r' && bytes[at] != '\b' && bytes[at] != EscapeSequence.ESC) {
      at++;
    }
    return at;
  }

  private void takePlain(Instant now, byte[] bytes, int from, int to) {
    int rest = to;
    while (rest > from && bytes[rest - 1] != '\n') {
      rest--;
    }
    if (rest > from) {
      handOn(now);
      sink.take(now, bytes, from, rest - from);
      handedOn = false;
    }
    keep(now, bytes, rest, to - rest);
  }

  private void keep(Instant now, byte[] bytes, int from, int count) {
    if (count == 0) {
      return;
    }
    if (!isUnfinished()) {
      begun = now;
    }
    if (length + count > LONGEST) {
      handOn(now);
      sink.take(begun, bytes, from, count);
      handedOn = true;
      return;
    }
    if (length + count > line.length) {
      int roomy = Math.max(FIRST_SIZE, Math.max(length + count, line.length * 2));
      line = Arrays.copyOf(line, Math.min(LONGEST, roomy));
    }
    System.arraycopy(bytes, from, line, length, count);
    length += count;
  }

  private void handOn(Instant now) {
    if (length > 0) {
      sink.take(handedOn ? now : begun, line, 0, length);
      length = 0;
      handedOn = true;
    }
  }

  private void takeSpecial(Instant now, byte value) {
    EscapeSequence.Effect effect = escape.take(value);
    if (effect == EscapeSequence.Effect.NONE_OF_IT) {
      takeCharacter(now, value);
    } else if (effect == EscapeSequence.Effect.RETURN) {
      returned = true;
    } else if (effect == EscapeSequence.Effect.ERASE && !handedOn) {
      length = 0;
    } else if (effect == EscapeSequence.Effect.COLOUR) {
      byte[] colour = escape.text();
      overwrite(now);
      keep(now, colour, 0, colour.length);
    }
  }

  private void takeCharacter(Instant now, byte value) {
    if (value == '\r') {
      returned = true;
    } else if (value == '\b') {
      takeBack();
    } else {
      if (value != '\n') {
        overwrite(now);
      }
      returned = false;
      takePlain(now, new byte[] {value}, 0, 1);
    }
  }

  /** What was handed on cannot be taken back: there a new line begins. */
  private void overwrite(Instant now) {
    if (returned) {
      returned = false;
      if (handedOn) {
        takePlain(now, NEWLINE, 0, 1);
      }
      length = 0;
      begun = now;
    }
  }

  private void takeBack() {
    while (length > 0 && Utf8.continues(line[length - 1])) {
      length--;
    }
    length = Math.max(0, length - 1);
  }
}
