package dev.metronome.embedded;

import java.util.List;
import java.util.Objects;

/**
 * Carries out single operations of a transaction; each throws IllegalArgumentException with the
 * text that Consul gives as {@code What}.
 */
final class OperationRunner {
  private final KeyValueStore keys;
  private final Locks locks;

  OperationRunner(Store store) {
    this.keys = store.keys();
    this.locks = new Locks(store);
  }

  /** The entries to report: none for deletions and check-not-exists, without values for writes. */
  List<KeyEntry> run(StoreCommit commit, TransactionOperation op) {
    if (op.key().isEmpty() && !op.verb().equals("get-tree") && !op.verb().equals("delete-tree")) {
      throw new IllegalArgumentException("Must provide key");
    }
    return switch (op.verb()) {
      case "get" -> List.of(existing(op, "key \"%s\" doesn't exist"));
      case "get-tree" -> keys.list(op.key());
      case "set" -> bare(keys.set(commit, op.entry()));
      case "cas" -> bare(compareAndSet(commit, op));
      case "lock" -> bare(lock(commit, op));
      case "unlock" -> bare(unlock(commit, op));
      case "delete" -> none(() -> keys.delete(commit, op.key()));
      case "delete-tree" -> none(() -> keys.deleteTree(commit, op.key()));
      case "delete-cas" -> none(() -> deleteIfUnchanged(commit, op));
      case "check-index" -> bare(checkIndex(op));
      case "check-session" -> bare(checkSession(op));
      case "check-not-exists" -> none(() -> checkAbsent(op));
      default -> throw new IllegalArgumentException("unknown KV verb \"" + op.verb() + "\"");
    };
  }

  private KeyEntry existing(TransactionOperation op, String otherwise) {
    return keys.get(op.key())
        .orElseThrow(() -> new IllegalArgumentException(otherwise.formatted(op.key())));
  }

  private KeyEntry compareAndSet(StoreCommit commit, TransactionOperation op) {
    long current = keys.get(op.key()).map(KeyEntry::modifyIndex).orElse(0L);
    if (current != op.index()) {
      throw failed("failed to set key \"%s\", index is stale", op);
    }
    return keys.set(commit, op.entry());
  }

  private void deleteIfUnchanged(StoreCommit commit, TransactionOperation op) {
    keys.get(op.key())
        .filter(entry -> entry.modifyIndex() != op.index())
        .ifPresent(
            entry -> {
              throw failed("failed to delete key \"%s\", index is stale", op);
            });
    keys.delete(commit, op.key());
  }

  private KeyEntry lock(StoreCommit commit, TransactionOperation op) {
    if (locks.isDelayed(op.key())) {
      throw failed("failed to lock key \"%s\" due to lock delay", op);
    }
    KeyEntry entry = locks.acquire(commit, op.entry(), op.session());
    if (entry == null) {
      throw failed("failed to lock key \"%s\", lock is already held", op);
    }
    return entry;
  }

  private KeyEntry unlock(StoreCommit commit, TransactionOperation op) {
    KeyEntry entry = locks.release(commit, op.entry(), op.session());
    if (entry == null) {
      throw failed(
          "failed to unlock key \"%s\", lock isn't held, or is held by another session", op);
    }
    return entry;
  }

  private KeyEntry checkIndex(TransactionOperation op) {
    KeyEntry entry = existing(op, "failed to check index, key \"%s\" doesn't exist");
    if (entry.modifyIndex() != op.index()) {
      throw new IllegalArgumentException(
          "failed index check for key \"%s\", current modify index %d != %d"
              .formatted(op.key(), entry.modifyIndex(), op.index()));
    }
    return entry;
  }

  private KeyEntry checkSession(TransactionOperation op) {
    KeyEntry entry = existing(op, "failed to check session, key \"%s\" doesn't exist");
    String holder = Objects.requireNonNullElse(entry.session(), "");
    if (!holder.equals(op.session())) {
      throw new IllegalArgumentException(
          "failed session check for key \"%s\", current session \"%s\" != \"%s\""
              .formatted(op.key(), holder, op.session()));
    }
    return entry;
  }

  private void checkAbsent(TransactionOperation op) {
    if (keys.get(op.key()).isPresent()) {
      throw failed("key \"%s\" exists", op);
    }
  }

  private static IllegalArgumentException failed(String text, TransactionOperation op) {
    return new IllegalArgumentException(text.formatted(op.key()));
  }

  private static List<KeyEntry> bare(KeyEntry entry) {
    return List.of(entry.withoutValue());
  }

  private static List<KeyEntry> none(Runnable action) {
    action.run();
    return List.of();
  }
}
