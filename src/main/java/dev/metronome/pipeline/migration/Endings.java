package dev.metronome.pipeline.migration;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.LostResult;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The ends of events that the original was running: their results, and those of their tasks and
 * nodes, that are in progress become errors, in the original's own form. What has ended stays, and
 * so does what is not the original's.
 */
final class Endings {

  private static final String WHY =
      "the original was running it, and its agents are gone; its following tasks were dropped";

  private final List<String> ids = new ArrayList<>();
  private final List<Transaction> changes = new ArrayList<>();
  private final Keys keys;
  private final Instant now;

  private Endings(Keys keys, Instant now) {
    this.keys = keys;
    this.now = now;
  }

  /**
   * @param underWay events of its plan: they end even if it has left no result of them
   * @param known other events: they end only if they have a result of its that is in progress
   */
  static Endings of(
      ConsulConnection connection,
      Keys keys,
      Set<String> underWay,
      List<String> known,
      Instant now) {
    Endings endings = new Endings(keys, now);
    underWay.forEach(id -> endings.end(id, connection, true));
    known.forEach(id -> endings.end(id, connection, false));
    return endings;
  }

  /** IDs of the events that end. */
  List<String> ids() {
    return List.copyOf(ids);
  }

  /** As few as they fit into; an event's own result comes last. */
  List<Transaction> transactions(Guard guard) {
    List<Transaction> all = new ArrayList<>();
    Transaction last = null;
    for (Transaction change : changes) {
      if (last == null || !last.fitsWith(change)) {
        last = guard.transaction();
        all.add(last);
      }
      last.and(change);
    }
    return all;
  }

  private void end(String id, ConsulConnection connection, boolean running) {
    Optional<Entry> event = connection.get(keys.result(id));
    Optional<byte[]> ended = event.flatMap(this::ended);
    if (ended.isEmpty() && (event.isPresent() || !running)) {
      return;
    }
    List<String> parts =
        connection.names(keys.result(id) + "/").stream()
            .filter(name -> !name.endsWith("/log"))
            .toList();
    connection.read(parts).forEach(part -> ended(part).ifPresent(value -> replace(part, value)));
    event.ifPresentOrElse(result -> replace(result, ended.orElseThrow()), () -> unknown(id));
    ids.add(id);
  }

  private void replace(Entry entry, byte[] value) {
    changes.add(new Transaction().compareAndSet(entry.key(), value, entry.modifyIndex()));
  }

  /** It queues tasks before it writes the event's result: nobody knows the event's name. */
  private void unknown(String id) {
    EventResult result = EventResult.unreadable(id, now, Outcome.error(Reason.LOST, WHY));
    changes.add(
        new Transaction().checkNotExists(keys.result(id)).set(keys.result(id), Json.write(result)));
  }

  /** The same result as an error; nothing if it is not the original's, or has ended. */
  private Optional<byte[]> ended(Entry entry) {
    return Json.isUnmarked(entry.value())
        ? LostResult.of(entry.value(), now, WHY)
        : Optional.empty();
  }
}
