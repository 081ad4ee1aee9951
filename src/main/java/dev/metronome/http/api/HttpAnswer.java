package dev.metronome.http.api;

import dev.metronome.model.record.Json;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;

/**
 * What is sent back.
 *
 * @param pieces each is asked for when the one before it has gone
 */
record HttpAnswer(int status, String type, Iterator<byte[]> pieces) {
  private static final int OK = 200;
  private static final String JSON = "application/json";

  static HttpAnswer json(Object value) {
    return json(OK, value);
  }

  static HttpAnswer json(int status, Object value) {
    return new HttpAnswer(status, JSON, List.of(Json.write(value)).iterator());
  }

  /** A list too large to be in memory at once. */
  static HttpAnswer list(Iterator<?> items) {
    return new HttpAnswer(OK, JSON, new JsonPieces(items));
  }

  /** A stranger's text, never to be taken for anything else. */
  static HttpAnswer text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new HttpAnswer(OK, "text/plain; charset=utf-8", List.of(bytes).iterator());
  }

  /** The items of an array, each with what stands before it, and its end. */
  private static final class JsonPieces implements Iterator<byte[]> {
    private final Iterator<?> items;
    private String before = "[";
    private boolean ended;

    JsonPieces(Iterator<?> items) {
      this.items = items;
    }

    @Override
    public boolean hasNext() {
      return !ended;
    }

    @Override
    public byte[] next() {
      if (items.hasNext()) {
        String piece = before + Json.text(items.next());
        before = ",";
        return piece.getBytes(StandardCharsets.UTF_8);
      }
      ended = true;
      return (before.equals("[") ? "[]" : "]").getBytes(StandardCharsets.UTF_8);
    }
  }
}
