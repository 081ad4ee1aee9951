package dev.metronome.model.schedule;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The section {@code default}: what tasks and operations have that do not say otherwise.
 *
 * @param arguments by the name of an operation
 */
record Defaults(Duration timeout, Map<String, Value.Mapping> arguments) {
  Defaults {
    arguments = Map.copyOf(arguments);
  }

  static Defaults read(Section top, OperationTypes known, Findings findings) {
    Section section =
        top.mapping("default", "a mapping such as `timeout: 60`")
            .map(it -> new Section(it, "`default`", findings))
            .orElse(new Section(nothing(top.mapping().position()), "`default`", findings));
    Set<String> keys = new TreeSet<>(known.names());
    keys.add("timeout");
    section.allow(keys);
    Map<String, Value.Mapping> arguments = new LinkedHashMap<>();
    for (String type : known.names()) {
      section.mapping(type, "a mapping of arguments").ifPresent(it -> arguments.put(type, it));
    }
    return new Defaults(
        TaskReader.timeout(section).orElse(TaskDefinition.DEFAULT_TIMEOUT), arguments);
  }

  /**
   * The arguments of an operation with the defaults that they do not have themselves. Only the
   * first level is merged: a list or mapping in the task replaces the whole of the default's.
   */
  Value under(String type, Value own) {
    Value.Mapping defaults = arguments.get(type);
    if (defaults == null || !(own instanceof Value.Mapping || own.isNothing())) {
      return own;
    }
    Map<String, Value.Entry> merged = new LinkedHashMap<>();
    if (own instanceof Value.Mapping mapping) {
      merged.putAll(mapping.entries());
    }
    defaults.entries().forEach(merged::putIfAbsent);
    return new Value.Mapping(merged, own.position());
  }

  private static Value.Mapping nothing(Position position) {
    return new Value.Mapping(Map.of(), position);
  }
}
