package dev.metronome.embedded;

import java.util.Objects;

/**
 * One operation of a transaction.
 *
 * @param value base64
 */
record TransactionOperation(
    String verb,
    String key,
    String value,
    long flags,
    long index,
    String session,
    String namespace) {

  TransactionOperation {
    verb = Objects.requireNonNullElse(verb, "");
    key = Objects.requireNonNullElse(key, "");
    session = Objects.requireNonNullElse(session, "");
  }

  KeyEntry entry() {
    return KeyEntry.of(key, value, flags);
  }
}
