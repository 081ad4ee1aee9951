package dev.metronome.model.schedule;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * One action of a task.
 *
 * @param type name of an operation, such as {@code execute}
 * @param arguments a Map, a List or a String as written, unmodifiable, with the entries of {@code
 *     default.TYPE} that it does not have itself; scalars are texts as written, except under the
 *     arguments that {@link OperationTypes#typed} names; templates are not yet resolved
 */
public record Operation(String type, Object arguments, Position position) {
  public Operation {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(arguments, "arguments");
    Objects.requireNonNull(position, "position");
  }

  /**
   * The arguments with their templates resolved. Script text sees only this agent's own variables:
   * what came with an event reaches a script as environment, never as code (SECURITY.md). Nor does
   * its white space make two arguments of one.
   *
   * @throws VariableCycleException see {@link Variables#resolve(Object)}
   */
  public Object resolved(Variables variables) {
    Object all = variables.resolve(arguments);
    if (!(arguments instanceof Map<?, ?> written) || !(all instanceof Map<?, ?> map)) {
      return all;
    }
    Map<Object, Object> safe = new LinkedHashMap<>(map);
    if (written.get("script") instanceof String script) {
      safe.put("script", variables.withoutForeign().resolve(script));
    }
    if (type.equals("execute") && written.get("arguments") instanceof String words) {
      safe.put("arguments", variables.words(words));
    }
    return safe;
  }
}
