package dev.metronome.model.record;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Optional;

/**
 * What stands in a lane's slot while no event is in progress there; otherwise a {@link Plan} does.
 *
 * @param epoch that the claims of the next event stand in, unless it is left by then
 */
public record Slot(int format, Optional<Long> epoch) {

  public Slot {
    epoch = epoch == null ? Optional.empty() : epoch;
  }

  public static byte[] vacant(long epoch) {
    return Json.write(new Slot(Format.SLOTS, Optional.of(epoch)));
  }

  /** Whether no event is in progress there; not if it cannot be read. */
  public static boolean isVacant(byte[] value) {
    try (JsonParser parser = Json.mapper().createParser(value)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return value.length == 0;
      }
      for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        parser.nextToken();
        if (name.equals("Event") || isNewer(name, parser)) {
          return false;
        }
        parser.skipChildren();
      }
      return parser.currentToken() == JsonToken.END_OBJECT && parser.nextToken() == null;
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isNewer(String name, JsonParser at) throws IOException {
    return name.equals("Format") && at.getValueAsInt() > Format.NEWEST;
  }

  /**
   * What the slot at a key is called; empty if it is none, but where agents that know no slots have
   * put a plan, under the ID of its event.
   */
  public static Optional<String> name(Keys keys, String key, byte[] value) {
    return keys.slot(key)
        .filter(
            name ->
                name.equals(Keys.COMMON_LANE)
                    || isVacant(value)
                    || Json.readable(key, value, Former.class)
                        .filter(it -> it.format() < Format.SLOTS)
                        .isEmpty());
  }

  /** As much of a plan as tells its age. */
  record Former(int format) {}

  /**
   * The plan that stands there; empty if there is none.
   *
   * @param key where it stands
   * @throws UnreadableRecordException if it is neither
   * @throws NewerRecordException if a newer agent wrote it
   */
  public static Optional<Plan> plan(String key, byte[] value) {
    return isVacant(value) ? Optional.empty() : Optional.of(Json.read(key, value, Plan.class));
  }

  /** The epoch of one where no event is in progress; 0 if it says none. */
  public static long epoch(String key, byte[] vacant) {
    return vacant.length == 0
        ? 0
        : Json.readable(key, vacant, Slot.class).flatMap(Slot::epoch).orElse(0L);
  }
}
