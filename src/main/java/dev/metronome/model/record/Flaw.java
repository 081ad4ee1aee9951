package dev.metronome.model.record;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import java.util.stream.Collectors;

/**
 * What is wrong with a record, in words of our own: the parser's would quote what stands there, and
 * that is never shown in a log.
 */
final class Flaw {

  /** How the parser puts it where a record is cut off between two of its fields. */
  private static final String CUT_OFF = "Unexpected end-of-input";

  private Flaw() {}

  static String of(JsonProcessingException e) {
    if (e instanceof JsonEOFException || e.getOriginalMessage().startsWith(CUT_OFF)) {
      return "it is cut off";
    }
    if (e instanceof ValueInstantiationException && e.getCause() != null) {
      return "it breaks a rule: " + e.getCause().getMessage();
    }
    if (e instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()) {
      return "its field " + path(mapping) + " is missing or of another kind than expected";
    }
    return "it is not JSON of the expected shape" + place(e.getLocation());
  }

  private static String path(JsonMappingException e) {
    return e.getPath().stream()
        .map(step -> step.getFieldName() == null ? "" + step.getIndex() : step.getFieldName())
        .map(name -> name.length() <= 40 ? name : name.substring(0, 40) + "…")
        .collect(Collectors.joining("."));
  }

  private static String place(JsonLocation at) {
    return at == null || at.getLineNr() < 1
        ? ""
        : ", at line " + at.getLineNr() + ", column " + at.getColumnNr();
  }
}
