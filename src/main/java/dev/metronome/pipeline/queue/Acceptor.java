package dev.metronome.pipeline.queue;

import dev.metronome.consul.Commit;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Keys;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** Transaction <em>accept</em>, for as many events at a time as fit into one request. */
final class Acceptor {

  /** Events in a transaction, beside the check of the bucket. */
  private static final int MOST = (Transaction.MAX_OPERATIONS - 1) / Buckets.OPERATIONS;

  /** Of those that are only asked for. */
  private static final int CHECKED = Transaction.MAX_OPERATIONS / Buckets.CHECKS;

  private final ConsulConnection connection;
  private final Keys keys;
  private final Buckets buckets;
  private final Backlog backlog;

  Acceptor(ConsulConnection connection, Keys keys, Buckets buckets, int limit) {
    this.connection = connection;
    this.keys = keys;
    this.buckets = buckets;
    this.backlog = new Backlog(connection, keys, limit);
  }

  /** In their order; what became of each, by ID. */
  Map<String, Queue.Receipt> accept(List<Event> events) {
    Map<String, Queue.Receipt> receipts = new LinkedHashMap<>();
    List<Event> waiting = new ArrayList<>();
    for (Event event : events) {
      if (receipts.putIfAbsent(event.id(), Queue.Receipt.ACCEPTED) == null) {
        waiting.add(event);
      }
    }
    // INVARIANT: promise 8, the queue is bounded.
    while (!waiting.isEmpty() && acceptSome(waiting, receipts)) {}
    while (!waiting.isEmpty() && foundSome(waiting, receipts)) {}
    if (!waiting.isEmpty()) {
      List<String> refused = waiting.stream().map(Event::id).toList();
      receipts.keySet().removeAll(refused);
      throw new QueueFullException(keys.eventQueue(), backlog.limit(), receipts, refused);
    }
    return receipts;
  }

  /** Sends what fits from the beginning; false if there is no room. */
  private boolean acceptSome(List<Event> waiting, Map<String, Queue.Receipt> receipts) {
    List<Event> some = waiting.subList(0, Math.min(backlog.room(), waiting.size()));
    if (some.isEmpty()) {
      return false;
    }
    AtomicInteger sent = new AtomicInteger();
    Commit commit = buckets.commit(bucket -> accepting(bucket, some, sent));
    if (commit instanceof Commit.Refused refused) {
      drop(refused, Buckets.OPERATIONS, waiting, receipts);
    } else {
      backlog.added(sent.get());
      waiting.subList(0, sent.get()).clear();
    }
    return true;
  }

  /** As many of them as fit. */
  private Transaction accepting(long bucket, List<Event> events, AtomicInteger sent) {
    Transaction transaction = new Transaction("accept");
    int count = 0;
    while (count < Math.min(MOST, events.size())) {
      Transaction next = buckets.accepting(bucket, events.get(count), count);
      if (count > 0 && !transaction.fitsWith(next)) {
        break;
      }
      transaction.and(next);
      count++;
    }
    sent.set(count);
    events.subList(0, count).stream()
        .filter(Event::isAhead)
        .reduce((before, last) -> last)
        .ifPresent(last -> transaction.and(Ahead.announcing(keys, last)));
    return transaction;
  }

  /** Without room: some are there already, so they are duplicates; false if there are none. */
  private boolean foundSome(List<Event> waiting, Map<String, Queue.Receipt> receipts) {
    for (int from = 0; from < waiting.size(); from += CHECKED) {
      int to = Math.min(waiting.size(), from + CHECKED);
      List<Event> some = waiting.subList(from, to);
      Transaction transaction = new Transaction();
      some.forEach(event -> transaction.and(buckets.unknown(event.id())));
      if (connection.commit(transaction) instanceof Commit.Refused refused) {
        drop(refused, Buckets.CHECKS, some, receipts);
        return true;
      }
    }
    return false;
  }

  private static void drop(
      Commit.Refused refused,
      int operations,
      List<Event> sent,
      Map<String, Queue.Receipt> receipts) {
    Set<String> duplicates =
        refused.operations().stream()
            .map(operation -> sent.get(operation / operations).id())
            .collect(Collectors.toSet());
    duplicates.forEach(id -> receipts.put(id, Queue.Receipt.DUPLICATE));
    sent.removeIf(event -> duplicates.contains(event.id()));
  }
}
