package dev.metronome.process;

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
  private final OutputStream stream;

  InputFeed(OutputStream stream) {
    this.stream = stream;
  }

  /** Lets the command go; feeds the text, if any, from a daemon thread. */
  void start(Optional<String> text, String name) {
    if (text.isEmpty()) {
      feed("");
      return;
    }
    Thread thread = new Thread(() -> feed(text.get()), name);
    thread.setDaemon(true);
    thread.start();
  }

  private void feed(String text) {
    try (stream) {
      stream.write('\n');
      stream.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // The reader has gone without reading all: its right. What became of it, its exit code says.
    }
  }
}
