package dev.metronome.pipeline.process;

import java.util.Arrays;

/**
 * The first and the last bytes of a stream.
 *
 * <p><i>Guarantees:</i> at most twice {@code half} bytes are held, and none is missing from a
 * stream that is no longer. Not safe for use by several threads.
 */
final class HeadAndTail {
  private static final int FIRST_SIZE = 1024;

  private final int half;
  private byte[] head = {};
  private int headLength;
  private byte[] ring = {};
  private long afterHead;

  HeadAndTail(int half) {
    this.half = half;
  }

  void append(byte[] bytes, int offset, int length) {
    int toHead = Math.min(length, half - headLength);
    appendToHead(bytes, offset, toHead);
    appendToRing(bytes, offset + toHead, length - toHead);
  }

  /** How many bytes have gone by. */
  long total() {
    return headLength + afterHead;
  }

  int held() {
    return head.length + ring.length;
  }

  OutputChunk head() {
    return new OutputChunk(Arrays.copyOf(head, headLength), 0);
  }

  /** The bytes at the end that are not in the head; they follow on it if nothing was dropped. */
  OutputChunk tail() {
    int length = (int) Math.min(afterHead, half);
    byte[] bytes = new byte[length];
    int start = length < half ? 0 : (int) (afterHead % half);
    int untilWrap = Math.min(length, half - start);
    System.arraycopy(ring, start, bytes, 0, untilWrap);
    System.arraycopy(ring, 0, bytes, untilWrap, length - untilWrap);
    return new OutputChunk(bytes, total() - length);
  }

  private void appendToHead(byte[] bytes, int offset, int length) {
    int needed = headLength + length;
    if (needed > head.length) {
      int roomy = Math.max(FIRST_SIZE, Math.max(needed, head.length * 2));
      head = Arrays.copyOf(head, Math.min(half, roomy));
    }
    System.arraycopy(bytes, offset, head, headLength, length);
    headLength = needed;
  }

  private void appendToRing(byte[] bytes, int offset, int length) {
    if (length == 0) {
      return;
    }
    if (ring.length == 0) {
      ring = new byte[half];
    }
    int skipped = Math.max(0, length - half);
    int at = (int) ((afterHead + skipped) % half);
    int copied = length - skipped;
    int untilWrap = Math.min(copied, half - at);
    System.arraycopy(bytes, offset + skipped, ring, at, untilWrap);
    System.arraycopy(bytes, offset + skipped + untilWrap, ring, 0, copied - untilWrap);
    afterHead += length;
  }
}
