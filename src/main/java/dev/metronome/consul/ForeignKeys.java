package dev.metronome.consul;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

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

  /** Deletes a key; that there is none is fine. */
  public void delete(String key) {
    connection.call(
        "delete " + key,
        () -> {
          connection.client().keyValueClient().deleteKey(key);
          return key;
        });
  }
}
