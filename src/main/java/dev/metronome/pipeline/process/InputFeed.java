package dev.metronome.pipeline.process;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Opens the gate at which a spawned command waits, and feeds it its input.
 *
 * <p><i>Guarantees:</i> never blocks its caller, however long the text and however slow its reader.
 */
final class InputFeed {
  /** What an empty pipe takes in without blocking: a page, however little the system grants. */
  private static final int PIPE = 4096;

  private final OutputStream stream;

  InputFeed(OutputStream stream) {
    this.stream = stream;
  }

  /**
   * Lets the command go; feeds a text that may not fit into the pipe from a daemon thread.
   *
   * @param first the line that the gate takes
   */
  void start(String first, Optional<String> text, String name) {
    byte[] input = (first + "\n" + text.orElse("")).getBytes(StandardCharsets.UTF_8);
    if (input.length <= PIPE) {
      feed(input);
      return;
    }
    Thread thread = new Thread(() -> feed(input), name);
    thread.setDaemon(true);
    thread.start();
  }

  private void feed(byte[] input) {
    try (stream) {
      stream.write(input);
    } catch (IOException e) {
      // The reader has gone without reading all: its right. What became of it, its exit code says.
    }
  }
}
