package dev.metronome.consul;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.kiwiproject.consul.model.kv.Value;

/** Single keys of Consul that are not this project's own, as texts. Thread-safe. */
public final class ForeignKeys {

  private final ConsulConnection connection;

  public ForeignKeys(ConsulConnection connection) {
    this.connection = connection;
  }

  /** The value of a key; a key without a value has an empty one. */
  public Optional<String> get(String key) {
    return connection.get(key).map(entry -> new String(entry.value(), StandardCharsets.UTF_8));
  }

  /** The text of a value that camel-consul has read; empty if it has found none. */
  public static Optional<String> text(Object found) {
    return found instanceof Value value
        ? Optional.of(
            new String(value.getValueAsBytes().orElse(new byte[0]), StandardCharsets.UTF_8))
        : Optional.empty();
  }

  /** What a failed request means, in a sentence. */
  public RuntimeException explained(String what, Exception failure) {
    return connection.explained(what, failure);
  }

  /** All keys below a prefix with their values, in order of their names. */
  public List<Entry> list(String prefix) {
    return connection.list(prefix).value();
  }

  /**
   * @throws ConsulUnavailableException the answer was lost: it may have been written
   */
  public void put(String key, String value) {
    Supplier<Boolean> write =
        () -> connection.client().keyValueClient().putValue(key, value, StandardCharsets.UTF_8);
    if (!connection.call("write " + key, write)) {
      throw new ConsulRejectedException(
          "Consul at " + connection.url() + " did not write " + key + ", without a reason");
    }
  }
}
