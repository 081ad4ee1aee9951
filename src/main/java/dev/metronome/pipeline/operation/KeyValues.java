package dev.metronome.pipeline.operation;

import dev.metronome.consul.ForeignKeys;
import dev.metronome.pipeline.execute.OperationFailedException;
import dev.metronome.pipeline.execute.TaskRun;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Variable;

/**
 * Operation {@code consul-kvs}, as far as camel-consul cannot do it: what becomes of a value that
 * it has read, writing text as UTF-8 whatever the machine's locale, and what a failure means.
 * Values are never logged.
 */
public final class KeyValues {

  private final ForeignKeys keys;

  public KeyValues(ForeignKeys keys) {
    this.keys = keys;
  }

  /**
   * Captures the value that has been read.
   *
   * @param value as camel-consul has it, nothing if there is no such key
   * @param arguments {@code key}; {@code name} of the variable, and {@code default} for a key that
   *     does not exist
   * @throws OperationFailedException if the key does not exist and there is no default
   */
  public void capture(
      @Body Object value,
      @Variable("arguments") Map<String, String> arguments,
      @ExchangeProperty(TaskRun.PROPERTY) TaskRun run) {
    String key = arguments.get("key");
    String name = arguments.get("name");
    // "Not found" may come from a proxy; a second look tells.
    Optional<String> found = ForeignKeys.text(value).or(() -> keys.get(key));
    run.capture(
        name,
        found
            .or(() -> Optional.ofNullable(arguments.get("default")))
            .orElseThrow(() -> missing(key)));
    run.log()
        .line(
            "INFO",
            found.isPresent()
                ? "read key " + key + " into variable " + name
                : "key " + key + " does not exist, variable " + name + " has its default");
  }

  /** Writes a key, as UTF-8: camel-consul's own PUT writes in the charset of the machine. */
  public void put(
      @Variable("arguments") Map<String, String> arguments,
      @ExchangeProperty(TaskRun.PROPERTY) TaskRun run) {
    keys.put(arguments.get("key"), arguments.getOrDefault("value", ""));
    run.log().line("INFO", "wrote key " + arguments.get("key"));
  }

  /** Fails the operation with what a failure of camel-consul's means. */
  public void explain(
      @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure,
      @Variable("arguments") Map<String, String> arguments) {
    if (failure instanceof OperationFailedException told) {
      throw told;
    }
    String verb = arguments.get("action").equals("get") ? "read " : arguments.get("action") + " ";
    throw keys.explained(verb + arguments.get("key"), failure);
  }

  private static OperationFailedException missing(String key) {
    return new OperationFailedException(
        "key " + key + " does not exist in Consul; write it first, or give a `default`");
  }
}
