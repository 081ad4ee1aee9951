package dev.metronome.model.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/**
 * A result that is in progress, of whichever kind and form, ended because nobody goes on with it.
 */
public final class LostResult {

  private LostResult() {}

  /**
   * The same result as an error, reason lost.
   *
   * @param why a sentence
   * @return empty if it has ended, or is no result
   */
  public static Optional<byte[]> of(byte[] result, Instant at, String why) {
    try {
      JsonNode read = Json.mapper().readTree(result);
      if (!Status.INPROGRESS.word().equals(read.path("Status").asText())) {
        return Optional.empty();
      }
      ObjectNode ended =
          ((ObjectNode) read)
              .put("Status", Status.ERROR.word())
              .put("FinishedAt", at.toString())
              .put("Reason", Reason.LOST.word())
              .put("Message", why);
      return Optional.of(Json.mapper().writeValueAsBytes(ended));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
