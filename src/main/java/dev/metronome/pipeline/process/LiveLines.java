package dev.metronome.pipeline.process;

import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.function.Consumer;

/**
 * Hands on each line of a log, in the log's format, as soon as it is complete. Not safe for use by
 * several threads.
 */
final class LiveLines {
  /** A line without an end is handed on in pieces of this size. */
  private static final int LONGEST = 64 * 1024;

  private final ZoneId zone;
  private final Consumer<String> listener;
  private final ByteArrayOutputStream begun = new ByteArrayOutputStream();

  LiveLines(ZoneId zone, Consumer<String> listener) {
    this.zone = zone;
    this.listener = listener;
  }

  void take(String level, Instant time, byte[] bytes, int offset, int length) {
    for (int at = offset; at < offset + length; at++) {
      if (bytes[at] == '\n' || begun.size() >= LONGEST) {
        hand(level, time);
      }
      if (bytes[at] != '\n') {
        begun.write(bytes[at]);
      }
    }
  }

  private void hand(String level, Instant time) {
    String prefix = new LinePrefixes(List.of(new OutputMark(0, time, level)), zone).at(0);
    byte[] line = begun.toByteArray();
    listener.accept(prefix + VisibleText.beginning(line, 0, line.length, Integer.MAX_VALUE).text());
    begun.reset();
  }
}
