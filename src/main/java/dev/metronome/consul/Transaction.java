package dev.metronome.consul;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Changes to several keys that happen together or not at all: one request to {@code /v1/txn}.
 * Collects operations; {@link ConsulConnection#commit} sends them. Not thread-safe.
 */
public final class Transaction {

  /** Consul's limit of operations in one transaction. */
  public static final int MAX_OPERATIONS = 64;

  /** Consul's limit of the request body is 524,288 bytes; some room is left for its JSON. */
  static final int MAX_BYTES = 500_000;

  private static final JsonFactory FACTORY = new JsonFactory();

  private final Set<String> steps = new LinkedHashSet<>();
  private final List<Operation> operations = new ArrayList<>();
  private long bytes;

  /** Begins a transaction that is no step of the protocol. */
  public Transaction() {}

  /**
   * Begins a step of the protocol.
   *
   * @param step its name in docs/protocol.md, "Transactions", for messages and for tests
   */
  public Transaction(String step) {
    steps.add(step);
  }

  public Transaction checkNotExists(String key) {
    return add(new Operation("check-not-exists", key));
  }

  /** Fails unless this session holds the lock of the key: the fence. */
  public Transaction checkSession(String key, String session) {
    return add(new Operation("check-session", key).session(session));
  }

  public Transaction checkIndex(String key, long modifyIndex) {
    return add(new Operation("check-index", key).index(modifyIndex));
  }

  public Transaction set(String key, byte[] value) {
    return add(new Operation("set", key).value(value));
  }

  /**
   * The same, with Consul's flags of the key: a number of the writer's own.
   *
   * @param flags 0 or more
   */
  public Transaction set(String key, byte[] value, long flags) {
    return add(new Operation("set", key).value(value).flags(flags));
  }

  public Transaction compareAndSet(String key, byte[] value, long modifyIndex) {
    return add(new Operation("cas", key).value(value).index(modifyIndex));
  }

  /** Takes the lock; fails if another session holds it. */
  public Transaction lock(String key, byte[] value, String session) {
    return add(new Operation("lock", key).value(value).session(session));
  }

  /** Gives the lock up; fails if this session does not hold it. */
  public Transaction unlock(String key, byte[] value, String session) {
    return add(new Operation("unlock", key).value(value).session(session));
  }

  /** Reads it; fails if it does not exist. */
  Transaction get(String key) {
    return add(new Operation("get", key));
  }

  public Transaction delete(String key) {
    return add(new Operation("delete", key));
  }

  public Transaction deleteTree(String prefix) {
    return add(new Operation("delete-tree", prefix));
  }

  /**
   * Fails unless the key is there and unchanged. Two operations: Consul's own {@code delete-cas}
   * succeeds for a key that is gone, so that a transaction whose reply was lost could be repeated.
   */
  public Transaction compareAndDelete(String key, long modifyIndex) {
    return checkIndex(key, modifyIndex).delete(key);
  }

  /** Appends all operations of another transaction. */
  public Transaction and(Transaction other) {
    steps.addAll(other.steps);
    operations.addAll(other.operations);
    bytes += other.bytes;
    return this;
  }

  public int size() {
    return operations.size();
  }

  public boolean isEmpty() {
    return operations.isEmpty();
  }

  /** What it takes of Consul's limit, as far as that can be told here. */
  public long bytes() {
    return bytes;
  }

  /** Whether Consul would take it, by number of operations and size. */
  public boolean fits() {
    return operations.size() <= MAX_OPERATIONS && bytes <= MAX_BYTES;
  }

  /** Whether both together would fit. */
  public boolean fitsWith(Transaction other) {
    return operations.size() + other.operations.size() <= MAX_OPERATIONS
        && bytes + other.bytes <= MAX_BYTES;
  }

  /** The steps of the protocol that it takes, in their order. */
  Set<String> steps() {
    return steps;
  }

  /** Such as {@code the transaction close, open}. */
  String title() {
    return steps.isEmpty() ? "a transaction" : "the transaction " + String.join(", ", steps);
  }

  /** What is sent to Consul. */
  Request request() {
    ByteArrayOutputStream body = new ByteArrayOutputStream(Math.toIntExact(bytes) + 2);
    try (JsonGenerator json = FACTORY.createGenerator(body)) {
      json.writeStartArray();
      for (Operation each : operations) {
        each.write(json);
      }
      json.writeEndArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // it is memory
    }
    return Request.put("/v1/txn", body.toByteArray());
  }

  private Transaction add(Operation operation) {
    bytes += 120 + operation.key.length() + (operation.value.length + 2) / 3 * 4L;
    operations.add(operation);
    return this;
  }

  /** One of Consul's verbs. */
  private static final class Operation {
    private final String verb;
    private final String key;
    private byte[] value = {};
    private boolean writes;
    private long index;
    private long flags;
    private String session = "";

    Operation(String verb, String key) {
      this.verb = verb;
      this.key = key;
    }

    Operation value(byte[] bytes) {
      value = bytes;
      writes = true;
      return this;
    }

    Operation index(long modifyIndex) {
      index = modifyIndex;
      return this;
    }

    Operation flags(long number) {
      flags = number;
      return this;
    }

    Operation session(String id) {
      session = id;
      return this;
    }

    void write(JsonGenerator json) throws IOException {
      json.writeStartObject();
      json.writeObjectFieldStart("KV");
      json.writeStringField("Verb", verb);
      json.writeStringField("Key", key);
      if (writes) {
        json.writeBinaryField("Value", value);
      }
      if (index != 0) {
        json.writeNumberField("Index", index);
      }
      if (flags != 0) {
        json.writeNumberField("Flags", flags);
      }
      if (!session.isEmpty()) {
        json.writeStringField("Session", session);
      }
      json.writeEndObject();
      json.writeEndObject();
    }
  }
}
