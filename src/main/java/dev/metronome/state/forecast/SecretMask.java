package dev.metronome.state.forecast;

import dev.metronome.base.log.Redaction;
import dev.metronome.model.record.ShownParams;
import dev.metronome.model.schedule.Variables;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Keeps secrets out of a forecast: values whose name says that they are one, and texts that are
 * known as such.
 *
 * @param known hides the secrets that the configuration knows
 */
record SecretMask(UnaryOperator<String> known) {
  static boolean isSecret(String name) {
    return ShownParams.isSecret(name);
  }

  /** The same variables, without the values of secret ones. */
  Variables masked(Variables variables) {
    Variables masked = variables;
    for (String name : variables.names()) {
      if (isSecret(name)) {
        masked = masked.with(masked.source(name).orElseThrow(), Map.of(name, Redaction.MASK));
      }
    }
    return masked;
  }

  Map<String, String> masked(Map<String, String> values) {
    Map<String, String> masked = new LinkedHashMap<>();
    values.forEach(
        (name, value) -> masked.put(name, isSecret(name) ? Redaction.MASK : known.apply(value)));
    return masked;
  }

  /** Arguments of an operation. */
  Object masked(Object arguments) {
    if (arguments instanceof Map<?, ?> map) {
      Map<Object, Object> masked = new LinkedHashMap<>();
      map.forEach(
          (key, value) ->
              masked.put(
                  key,
                  isSecret(String.valueOf(key)) && isText(value) ? Redaction.MASK : masked(value)));
      return masked;
    }
    if (arguments instanceof List<?> list) {
      return list.stream().map(this::masked).toList();
    }
    return arguments instanceof String text ? known.apply(text) : arguments;
  }

  private static boolean isText(Object value) {
    return !(value instanceof Map<?, ?>) && !(value instanceof List<?>);
  }
}
