package dev.metronome.consul;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.kiwiproject.consul.model.kv.ImmutableOperation;
import org.kiwiproject.consul.model.kv.Operation;

/**
 * Changes to several keys that happen together or not at all: one request to {@code /v1/txn}.
 * Collects operations; {@link ConsulConnection#commit} sends them. Not thread-safe.
 */
public final class Transaction {

  /** Consul's limit of operations in one transaction. */
  public static final int MAX_OPERATIONS = 64;

  /** Consul's limit of the request body is 524,288 bytes; some room is left for its JSON. */
  static final int MAX_BYTES = 500_000;

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
    return add(operation("check-not-exists", key));
  }

  /** Fails unless this session holds the lock of the key: the fence. */
  public Transaction checkSession(String key, String session) {
    return add(operation("check-session", key).session(session));
  }

  public Transaction checkIndex(String key, long modifyIndex) {
    return add(operation("check-index", key).index(BigInteger.valueOf(modifyIndex)));
  }

  public Transaction set(String key, byte[] value) {
    return add(operation("set", key), value);
  }

  /**
   * The same, with Consul's flags of the key: a number of the writer's own.
   *
   * @param flags 0 or more
   */
  public Transaction set(String key, byte[] value, long flags) {
    return add(operation("set", key).flags(flags), value);
  }

  public Transaction compareAndSet(String key, byte[] value, long modifyIndex) {
    return add(operation("cas", key).index(BigInteger.valueOf(modifyIndex)), value);
  }

  /** Takes the lock; fails if another session holds it. */
  public Transaction lock(String key, byte[] value, String session) {
    return add(operation("lock", key).session(session), value);
  }

  /** Gives the lock up; fails if this session does not hold it. */
  public Transaction unlock(String key, byte[] value, String session) {
    return add(operation("unlock", key).session(session), value);
  }

  public Transaction delete(String key) {
    return add(operation("delete", key));
  }

  public Transaction deleteTree(String prefix) {
    return add(operation("delete-tree", prefix));
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

  Operation[] operations() {
    return operations.toArray(new Operation[0]);
  }

  private static ImmutableOperation.Builder operation(String verb, String key) {
    return ImmutableOperation.builder().verb(verb).key(key);
  }

  private Transaction add(ImmutableOperation.Builder operation, byte[] value) {
    bytes += (value.length + 2) / 3 * 4L;
    return add(operation.value(new String(value, StandardCharsets.UTF_8)));
  }

  private Transaction add(ImmutableOperation.Builder operation) {
    ImmutableOperation built = operation.build();
    bytes += 120 + built.key().map(String::length).orElse(0);
    operations.add(built);
    return this;
  }
}
