package dev.metronome.pipeline.queue;

import dev.metronome.consul.Commit;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Transaction <em>accept</em>, for as many events at a time as fit into one request. */
final class Acceptor {

  /** Operations that ask whether an event is there, and one that puts it. */
  private static final int CHECKS = 2;

  private static final int OPERATIONS = CHECKS + 1;

  private final ConsulConnection connection;
  private final Keys keys;
  private final Backlog backlog;

  Acceptor(ConsulConnection connection, Keys keys, int limit) {
    this.connection = connection;
    this.keys = keys;
    this.backlog = new Backlog(connection, keys.eventQueue(), limit);
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
    int room = backlog.room();
    Transaction transaction = new Transaction();
    int count = 0;
    while (count < Math.min(room, waiting.size())) {
      Transaction next = accepting(waiting.get(count), count);
      if (count > 0 && !transaction.fitsWith(next)) {
        break;
      }
      transaction.and(next);
      count++;
    }
    if (count == 0) {
      return false;
    }
    Commit commit = connection.commit(transaction);
    if (commit instanceof Commit.Refused refused) {
      drop(refused, OPERATIONS, waiting, receipts);
    } else {
      backlog.added(count);
      waiting.subList(0, count).clear();
    }
    return true;
  }

  // INVARIANT: promise 2, one record per event ID.
  private Transaction accepting(Event event, int place) {
    return checking(new Transaction("accept"), event)
        .set(keys.event(event.id()), Json.write(event), place);
  }

  private Transaction checking(Transaction transaction, Event event) {
    return transaction
        .checkNotExists(keys.result(event.id()))
        .checkNotExists(keys.event(event.id()));
  }

  /** Without room: some are there already, so they are duplicates; false if there are none. */
  private boolean foundSome(List<Event> waiting, Map<String, Queue.Receipt> receipts) {
    for (int from = 0; from < waiting.size(); from += Transaction.MAX_OPERATIONS / CHECKS) {
      int to = Math.min(waiting.size(), from + Transaction.MAX_OPERATIONS / CHECKS);
      List<Event> some = waiting.subList(from, to);
      Transaction transaction = new Transaction();
      some.forEach(event -> checking(transaction, event));
      if (connection.commit(transaction) instanceof Commit.Refused refused) {
        drop(refused, CHECKS, some, receipts);
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
