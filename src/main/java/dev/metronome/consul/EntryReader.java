package dev.metronome.consul;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads keys out of Consul's JSON, in one pass over it: the most frequent of all answers. */
final class EntryReader {

  private static final JsonFactory FACTORY = new JsonFactory();
  private static final byte[] NONE = {};

  private EntryReader() {}

  /** Of the answer of the KV: a list of keys, an empty one if it says that there are none. */
  static List<Entry> listed(Answer answer) throws IOException {
    if (answer.status() == 404) {
      return List.of();
    }
    try (JsonParser json = FACTORY.createParser(answer.body())) {
      expect(json, JsonToken.START_ARRAY, json.nextToken());
      List<Entry> entries = new ArrayList<>();
      while (json.nextToken() == JsonToken.START_OBJECT) {
        entries.add(entry(json));
      }
      expect(json, JsonToken.END_ARRAY, json.currentToken());
      return entries;
    }
  }

  /** Of the answer of the KV: a list of names, an empty one if it says that there are none. */
  static List<String> names(Answer answer) throws IOException {
    if (answer.status() == 404) {
      return List.of();
    }
    try (JsonParser json = FACTORY.createParser(answer.body())) {
      expect(json, JsonToken.START_ARRAY, json.nextToken());
      List<String> names = new ArrayList<>();
      while (json.nextToken() == JsonToken.VALUE_STRING) {
        names.add(json.getText());
      }
      expect(json, JsonToken.END_ARRAY, json.currentToken());
      return names;
    }
  }

  /** Of the answer of a transaction: the keys that it has read or written. */
  static List<Entry> committed(Answer answer) throws IOException {
    try (JsonParser json = FACTORY.createParser(answer.body())) {
      expect(json, JsonToken.START_OBJECT, json.nextToken());
      List<Entry> entries = null;
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean results = json.currentName().equals("Results");
        json.nextToken();
        if (results) {
          entries = results(json);
        } else {
          json.skipChildren();
        }
      }
      expect(json, JsonToken.END_OBJECT, json.currentToken());
      if (entries == null) {
        throw new IOException("the answer has no results, so it is not Consul's");
      }
      return entries;
    }
  }

  private static List<Entry> results(JsonParser json) throws IOException {
    List<Entry> entries = new ArrayList<>();
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return entries;
    }
    expect(json, JsonToken.START_ARRAY, json.currentToken());
    while (json.nextToken() == JsonToken.START_OBJECT) {
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean kv = json.currentName().equals("KV");
        if (json.nextToken() == JsonToken.START_OBJECT && kv) {
          entries.add(entry(json));
        } else {
          json.skipChildren();
        }
      }
    }
    return entries;
  }

  private static Entry entry(JsonParser json) throws IOException {
    String key = null;
    byte[] value = NONE;
    long created = 0;
    long modified = 0;
    long flags = 0;
    String session = "";
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      JsonToken token = json.nextToken();
      switch (field) {
        case "Key" -> key = json.getText();
        case "Value" -> value = token == JsonToken.VALUE_NULL ? NONE : json.getBinaryValue();
        case "CreateIndex" -> created = json.getLongValue();
        case "ModifyIndex" -> modified = json.getLongValue();
        case "Flags" -> flags = Long.parseUnsignedLong(json.getText()); // a stranger's may be large
        case "Session" -> session = token == JsonToken.VALUE_NULL ? "" : json.getText();
        default -> json.skipChildren();
      }
    }
    if (key == null) {
      throw new IOException("the answer names no key, so it is not Consul's");
    }
    Optional<String> holder = session.isEmpty() ? Optional.empty() : Optional.of(session);
    return new Entry(key, value, created, modified, flags, holder);
  }

  private static void expect(JsonParser json, JsonToken wanted, JsonToken found)
      throws IOException {
    if (found != wanted) {
      throw new IOException(
          "the answer is not Consul's: unexpected "
              + found
              + " at "
              + json.currentLocation().getByteOffset());
    }
  }
}
