package dev.metronome.embedded;

import java.util.function.Predicate;

/**
 * What a query found.
 *
 * @param index the X-Consul-Index
 * @param reply the reply, still without its index
 * @param wakes the commits after which the query is worth repeating
 * @param order how an index that a client has seen compares with a newer one
 */
record QueryAnswer(long index, Reply reply, Predicate<StoreCommit> wakes, Order order) {

  /** How indexes compare. */
  enum Order {
    /** Raft indexes grow. */
    GROWING,
    /** The index of the event list is a hash: all that can be said is that it is another one. */
    HASHED
  }

  static QueryAnswer of(long index, Reply reply, Predicate<StoreCommit> wakes) {
    return new QueryAnswer(Math.max(1, index), reply, wakes, Order.GROWING);
  }

  /** The same, which is worth repeating when that has been touched, too. */
  QueryAnswer orAt(StoreTable table) {
    return new QueryAnswer(index, reply, wakes.or(commit -> commit.touched(table)), order);
  }

  QueryAnswer with(Reply other) {
    return new QueryAnswer(index, other, wakes, order);
  }

  /** The same at an index that may be older than what a client has seen. */
  QueryAnswer at(long other) {
    return new QueryAnswer(other, reply, wakes, Order.HASHED);
  }

  /** Whether a client that has seen index {@code seen} has nothing new to read here. */
  boolean isKnownTo(long seen) {
    return order == Order.GROWING ? Long.compareUnsigned(index, seen) <= 0 : index == seen;
  }

  Reply indexedReply() {
    return reply
        .with("X-Consul-Index", Long.toUnsignedString(index))
        .with("X-Consul-KnownLeader", "true")
        .with("X-Consul-LastContact", "0");
  }
}
