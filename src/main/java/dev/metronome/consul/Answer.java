package dev.metronome.consul;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * What Consul has answered.
 *
 * @param index X-Consul-Index, unsigned; 0 if there is none
 * @param leaderKnown whether the server knew a leader of Consul's own: without one what it says may
 *     be nothing but empty
 * @param filtered whether something was left out that the token may not read
 */
@SuppressWarnings("ArrayRecordComponent") // bytes as they are; never compared
record Answer(int status, long index, boolean leaderKnown, boolean filtered, byte[] body) {

  /** Made when it is needed: commands that read keys only do not. */
  private static final class Trees {
    private static final ObjectMapper MAPPER = new ObjectMapper();
  }

  boolean isGood() {
    return status >= 200 && status < 300;
  }

  String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /**
   * @throws IOException if it is none
   */
  JsonNode json() throws IOException {
    return Trees.MAPPER.readTree(body);
  }

  /**
   * A list of JSON.
   *
   * @throws IOException if it is none
   */
  JsonNode list() throws IOException {
    JsonNode list = json();
    if (!list.isArray()) {
      throw new IOException("the answer is no list, so it is not Consul's");
    }
    return list;
  }

  /**
   * A text of JSON.
   *
   * @throws IOException if it is none
   */
  static String text(JsonNode text) throws IOException {
    if (!text.isTextual()) {
      throw new IOException("the answer lacks a text, so it is not Consul's");
    }
    return text.textValue();
  }
}
