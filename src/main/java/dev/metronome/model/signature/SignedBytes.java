package dev.metronome.model.signature;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** What is signed: each field behind its length, so that no two statements are the same bytes. */
final class SignedBytes {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  SignedBytes put(String field) {
    byte[] text = field.getBytes(StandardCharsets.UTF_8);
    bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(text.length).array());
    bytes.writeBytes(text);
    return this;
  }

  /** How many there are, then names and values, by name. */
  SignedBytes put(Map<String, String> params) {
    put(Integer.toString(params.size()));
    return putAll(params);
  }

  /** The same without their number, where nothing follows. */
  SignedBytes putAll(Map<String, String> params) {
    new TreeMap<>(params).forEach((name, value) -> put(name).put(value));
    return this;
  }

  byte[] toByteArray() {
    return bytes.toByteArray();
  }
}
