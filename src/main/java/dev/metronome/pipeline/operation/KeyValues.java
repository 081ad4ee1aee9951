package dev.metronome.pipeline.operation;

import dev.metronome.consul.ForeignKeys;
import dev.metronome.pipeline.execute.OperationFailedException;
import dev.metronome.pipeline.execute.TaskRun;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;

/**
 * Operation {@code consul-kvs}: reads a key of Consul into a variable, writes one or deletes one.
 * Values are never logged.
 */
public final class KeyValues {

  private final ForeignKeys keys;

  public KeyValues(ForeignKeys keys) {
    this.keys = keys;
  }

  /**
   * @param arguments {@code action}, {@code key}; {@code value} to put; {@code name} of the
   *     variable that a value read is captured in, and {@code default} for a key that does not
   *     exist
   * @throws OperationFailedException if the key to read does not exist and there is no default
   */
  public void run(
      @Body Map<String, String> arguments, @ExchangeProperty(TaskRun.PROPERTY) TaskRun run) {
    String key = arguments.get("key");
    switch (arguments.get("action")) {
      case "get" -> get(key, arguments, run);
      case "put" -> {
        keys.put(key, arguments.getOrDefault("value", ""));
        run.log().line("INFO", "wrote key " + key);
      }
      default -> {
        keys.delete(key);
        run.log().line("INFO", "deleted key " + key);
      }
    }
  }

  private void get(String key, Map<String, String> arguments, TaskRun run) {
    String name = arguments.get("name");
    Optional<String> found = keys.get(key);
    Optional<String> value = found.or(() -> Optional.ofNullable(arguments.get("default")));
    run.capture(name, value.orElseThrow(() -> missing(key)));
    run.log()
        .line(
            "INFO",
            found.isPresent()
                ? "read key " + key + " into variable " + name
                : "key " + key + " does not exist, variable " + name + " has its default");
  }

  private static OperationFailedException missing(String key) {
    return new OperationFailedException(
        "key " + key + " does not exist in Consul; write it first, or give a `default`");
  }
}
