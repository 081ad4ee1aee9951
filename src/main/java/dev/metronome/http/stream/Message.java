package dev.metronome.http.stream;

import dev.metronome.model.record.Json;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/**
 * What is said, as it goes over the wire; all listeners share its bytes.
 *
 * @param number its place in the buffer
 */
record Message(long number, Buffer bytes) {

  /** Shown to scripts, so that silence means a lost connection; it has no place in the buffer. */
  static final Buffer PING = Buffer.buffer("event: ping\ndata: {}\n\n");

  /** The first that anybody hears: how soon to come back. */
  static final Buffer GREETING = Buffer.buffer("retry: 1000\n\n");

  /** JSON never spans two lines here. */
  static Buffer format(String id, String type, byte[] json) {
    return Buffer.buffer(json.length + 64)
        .appendString("id: " + id + "\nevent: " + type + "\ndata: ")
        .appendBytes(json)
        .appendString("\n\n");
  }

  /** Says that a listener cannot be told what it missed, and that all there is follows. */
  static Buffer snapshot(String id) {
    return format(id, "snapshot", "{}".getBytes(StandardCharsets.UTF_8));
  }

  static byte[] json(Object value) {
    return Json.write(value);
  }

  int size() {
    return bytes.length();
  }
}
