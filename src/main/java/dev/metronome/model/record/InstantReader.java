package dev.metronome.model.record;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.datatype.jsr310.deser.InstantDeserializer;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;

/**
 * Reads a time as records have it, {@code 2026-11-29T15:01:44.131Z}. Another form is left to
 * Jackson, whose way by a formatter takes most of the time that reading a record takes.
 */
final class InstantReader extends StdDeserializer<Instant> {
  private static final long serialVersionUID = 1L;
  private static final long SECONDS_OF_DAY = 86_400;
  private static final String SECONDS = "dddd-dd-ddTdd:dd:dd";

  InstantReader() {
    super(Instant.class);
  }

  @Override
  public Instant deserialize(JsonParser parser, DeserializationContext context) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_STRING) {
      Instant read = read(parser.getText());
      if (read != null) {
        return read;
      }
    }
    return InstantDeserializer.INSTANT.deserialize(parser, context);
  }

  /** Null if it is of another form, or no time. */
  static Instant read(String text) {
    int end = text.length() - 1;
    if (end < SECONDS.length() || text.charAt(end) != 'Z' || !isOf(SECONDS, text)) {
      return null;
    }
    int nanos = nanos(text, SECONDS.length(), end);
    int hour = number(text, 11, 13);
    int minute = number(text, 14, 16);
    int second = number(text, 17, 19);
    if (nanos < 0 || hour > 23 || minute > 59 || second > 59) {
      return null;
    }
    try {
      LocalDate day = LocalDate.of(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10));
      return Instant.ofEpochSecond(
          day.toEpochDay() * SECONDS_OF_DAY + hour * 3_600L + minute * 60L + second, nanos);
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static boolean isOf(String form, String text) {
    for (int i = 0; i < form.length(); i++) {
      char wanted = form.charAt(i);
      if (wanted == 'd' ? !isDigit(text.charAt(i)) : text.charAt(i) != wanted) {
        return false;
      }
    }
    return true;
  }

  private static boolean isDigit(char character) {
    return '0' <= character && character <= '9';
  }

  /** Of what stands between the seconds and the end; negative if it is no fraction. */
  private static int nanos(String text, int from, int end) {
    if (from == end) {
      return 0;
    }
    int digits = end - from - 1;
    if (text.charAt(from) != '.' || digits < 1 || digits > 9) {
      return -1;
    }
    int nanos = 0;
    for (int i = from + 1; i <= from + 9; i++) {
      if (i < end && !isDigit(text.charAt(i))) {
        return -1;
      }
      nanos = nanos * 10 + (i < end ? text.charAt(i) - '0' : 0);
    }
    return nanos;
  }

  private static int number(String text, int from, int to) {
    int number = 0;
    for (int i = from; i < to; i++) {
      number = number * 10 + text.charAt(i) - '0';
    }
    return number;
  }
}
