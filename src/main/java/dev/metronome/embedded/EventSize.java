package dev.metronome.embedded;

import java.nio.charset.StandardCharsets;

/**
 * How large a user event is on the wire: Consul's MessagePack encoding within Serf's, together 512
 * bytes at most. Leaves about 400 for the payload.
 */
final class EventSize {
  private static final int LIMIT = 512;
  private static final int ID_AND_VERSION = 1 + 3 + 2 + 36 + 2 + 1;
  private static final int SERF_HEADERS = 29;
  private static final int SERF_NAME = "consul:event:".length();

  private EventSize() {}

  /**
   * Refuses an event that does not fit.
   *
   * @throws RefusedRequest with the text of the real one
   */
  static void check(FiredEvent event, int payload, long ltime) {
    int name = event.name().getBytes(StandardCharsets.UTF_8).length;
    int encoded =
        ID_AND_VERSION
            + 2
            + sized(name)
            + (payload == 0 ? 0 : 2 + sized(payload))
            + filter(event.nodeFilter())
            + filter(event.serviceFilter())
            + filter(event.tagFilter());
    int before = encoded + SERF_NAME + name;
    int longName = SERF_NAME + name > 31 ? 2 : 0;
    if (before > LIMIT) {
      throw refusal("user event exceeds configured limit of 512 bytes before encoding");
    }
    if (before + SERF_HEADERS + longName + number(ltime) > LIMIT) {
      throw refusal("encoded user event exceeds configured limit of 512 bytes after encoding");
    }
  }

  private static int filter(String text) {
    return text.isEmpty() ? 0 : 3 + sized(text.getBytes(StandardCharsets.UTF_8).length);
  }

  private static int sized(int length) {
    if (length < 32) {
      return 1 + length;
    }
    return (length < 256 ? 2 : 3) + length;
  }

  private static int number(long value) {
    if (value < 128) {
      return 1;
    }
    if (value < 256) {
      return 2;
    }
    return value < 65_536 ? 3 : 5;
  }

  private static RefusedRequest refusal(String text) {
    return RefusedRequest.byServer(
        "1 error occurred:\n\t* error broadcasting event to segment \"\": " + text + "\n\n");
  }
}
