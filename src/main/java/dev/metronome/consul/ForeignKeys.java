package dev.metronome.consul;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

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
    return EndpointClient.text(found);
  }

  /** What a failed request means, in a sentence. */
  public RuntimeException explained(String what, Exception failure) {
    return connection.endpoints().explained(what, failure);
  }

  /** All keys below a prefix with their values, in order of their names. */
  public List<Entry> list(String prefix) {
    return connection.list(prefix).value();
  }

  /**
   * @throws ConsulUnavailableException the answer was lost: it may have been written
   */
  public void put(String key, String value) {
    byte[] body = value.getBytes(StandardCharsets.UTF_8);
    Request write = Request.put(ConsulConnection.path(key), body);
    if (!connection.call("write " + key, write, answer -> answer.json().asBoolean())) {
      throw new ConsulRejectedException(
          "Consul at " + connection.url() + " did not write " + key + ", without a reason");
    }
  }
}
