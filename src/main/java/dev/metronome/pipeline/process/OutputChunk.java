package dev.metronome.pipeline.process;

import java.util.Arrays;

/**
 * Consecutive bytes of a stream and their place in it. The array is not copied; nobody writes to
 * it.
 */
final class OutputChunk {
  private final byte[] bytes;
  private final long offset;

  OutputChunk(byte[] bytes, long offset) {
    this.bytes = bytes;
    this.offset = offset;
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return bytes.length;
  }

  /** The place in the stream of the byte at an index. */
  long placeOf(int index) {
    return offset + index;
  }

  long end() {
    return offset + bytes.length;
  }

  /** Where the line that begins at an index ends: at its newline, or at the end of the stretch. */
  int lineEnd(int start) {
    int at = start;
    while (at < bytes.length && bytes[at] != '\n') {
      at++;
    }
    return at;
  }

  /** Where the line whose text ends at an index begins. */
  int lineStart(int end) {
    int at = end;
    while (at > 0 && bytes[at - 1] != '\n') {
      at--;
    }
    return at;
  }

  /** The end of a line's text: its carriage return belongs to the newline that follows. */
  int textEnd(int start, int lineEnd) {
    boolean carriageReturn =
        lineEnd < bytes.length && lineEnd > start && bytes[lineEnd - 1] == '\r';
    return carriageReturn ? lineEnd - 1 : lineEnd;
  }

  /** This stretch and the one that follows on it. */
  OutputChunk join(OutputChunk next) {
    byte[] joined = Arrays.copyOf(bytes, bytes.length + next.bytes.length);
    System.arraycopy(next.bytes, 0, joined, bytes.length, next.bytes.length);
    return new OutputChunk(joined, offset);
  }
}
