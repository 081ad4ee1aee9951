package dev.metronome.model.schedule;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Turns values of a file into plain Java ones, for operations. */
final class PlainValue {
  private PlainValue() {}

  /**
   * A Map, List or String, unmodifiable; no arguments at all are an empty map. A key without a
   * value is left out.
   *
   * @param typed keys of the first level under which scalars are numbers, booleans or null if they
   *     look like it
   */
  static Object of(Value value, Set<String> typed) {
    if (value.isNothing() || value instanceof Value.Unusable) {
      return Map.of();
    }
    if (!(value instanceof Value.Mapping mapping)) {
      return texts(value);
    }
    Map<String, Object> plain = new LinkedHashMap<>();
    for (Value.Entry entry : mapping.entries().values()) {
      if (!entry.value().isNothing()) {
        plain.put(
            entry.key(), typed.contains(entry.key()) ? typed(entry.value()) : texts(entry.value()));
      }
    }
    return Collections.unmodifiableMap(plain);
  }

  private static Object texts(Value value) {
    if (value instanceof Value.Mapping mapping) {
      Map<String, Object> plain = new LinkedHashMap<>();
      mapping.entries().values().stream()
          .filter(it -> !it.value().isNothing())
          .forEach(it -> plain.put(it.key(), texts(it.value())));
      return Collections.unmodifiableMap(plain);
    }
    if (value instanceof Value.Sequence sequence) {
      return sequence.items().stream().map(PlainValue::texts).toList();
    }
    return value instanceof Value.Text text && !text.isNothing() ? text.text() : "";
  }

  private static Object typed(Value value) {
    if (value instanceof Value.Mapping mapping) {
      Map<String, Object> plain = new LinkedHashMap<>();
      mapping.entries().values().forEach(it -> plain.put(it.key(), typed(it.value())));
      return Collections.unmodifiableMap(plain);
    }
    if (value instanceof Value.Sequence sequence) {
      List<Object> plain = new ArrayList<>();
      sequence.items().forEach(it -> plain.add(typed(it)));
      return Collections.unmodifiableList(plain);
    }
    return value instanceof Value.Text text ? scalar(text) : "";
  }

  private static Object scalar(Value.Text value) {
    String text = value.text();
    if (value.isNothing()) {
      return null;
    }
    if (value.quoting() == Value.Quoting.QUOTED) {
      return text;
    }
    if (text.matches("true|True|TRUE|false|False|FALSE")) {
      return Boolean.valueOf(text);
    }
    if (text.matches("[+-]?(0|[1-9][0-9]{0,17})")) {
      return Long.valueOf(text);
    }
    return text.matches("[+-]?[0-9]+\\.[0-9]+([eE][+-]?[0-9]+)?") ? Double.valueOf(text) : text;
  }
}
