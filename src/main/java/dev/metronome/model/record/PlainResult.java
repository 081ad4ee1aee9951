package dev.metronome.model.record;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads the result of an event that says no more than most do, in one pass. {@link Json} reads all
 * of them, but a command that lists events would spend more on the start of its mapper than on a
 * thousand results.
 *
 * <p><em>Guarantees</em>: what it reads is what {@link Json} would.
 */
public final class PlainResult {

  private static final Map<String, Status> STATUSES =
      Stream.of(Status.values()).collect(Collectors.toMap(Status::word, Function.identity()));

  private final Map<String, String> texts = new LinkedHashMap<>();
  private final Map<String, String> params = new LinkedHashMap<>();

  private PlainResult() {}

  /** Empty if it says more, or is no such record: then {@link Json} must look at it. */
  public static Optional<EventResult> read(byte[] bytes) {
    try (JsonParser json = Format.FACTORY.createParser(bytes)) {
      PlainResult result = new PlainResult();
      return result.fill(json) ? result.record() : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private boolean fill(JsonParser json) throws IOException {
    if (json.nextToken() != JsonToken.START_OBJECT
        || !"Format".equals(json.nextFieldName())
        || json.nextIntValue(0) != Format.CURRENT) {
      return false;
    }
    for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
      JsonToken token = json.nextToken();
      boolean read =
          token == JsonToken.VALUE_STRING
              ? texts.put(field, json.getText()) == null
              : token == JsonToken.START_OBJECT && field.equals("Params") && fillParams(json);
      if (!read) {
        return false;
      }
    }
    return json.currentToken() == JsonToken.END_OBJECT && json.nextToken() == null;
  }

  private boolean fillParams(JsonParser json) throws IOException {
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      String value = json.nextTextValue();
      if (value == null) {
        return false;
      }
      params.put(name, value);
    }
    return json.currentToken() == JsonToken.END_OBJECT;
  }

  private Optional<EventResult> record() {
    String id = texts.remove("ID");
    String name = texts.remove("Name");
    Status status = STATUSES.get(texts.remove("Status"));
    Optional<Instant> started = time("StartedAt");
    Optional<Instant> finished = time("FinishedAt");
    EventResult result =
        id == null || name == null || status == null
            ? null
            : new EventResult(
                Format.CURRENT,
                id,
                name,
                status,
                started,
                finished,
                Optional.empty(),
                text("Message"),
                text("Source"),
                text("By"),
                Optional.empty(),
                text("RetryOf"),
                Optional.empty(),
                Optional.empty(),
                text("Override"),
                Optional.empty(),
                text("Lane"),
                text("Fingerprint"),
                List.of(),
                List.of(),
                text("LeftOut"),
                params,
                text("Digest"));
    return Optional.ofNullable(result).filter(read -> texts.isEmpty());
  }

  private Optional<String> text(String field) {
    return Optional.ofNullable(texts.remove(field));
  }

  /** One of another form stays among the texts. */
  private Optional<Instant> time(String field) {
    String text = texts.get(field);
    Optional<Instant> time = Optional.ofNullable(text).map(InstantReader::read);
    time.ifPresent(read -> texts.remove(field));
    return time;
  }
}
