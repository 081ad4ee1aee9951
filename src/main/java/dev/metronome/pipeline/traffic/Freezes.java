package dev.metronome.pipeline.traffic;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Freeze;
import dev.metronome.model.record.FreezeScope;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.NewerRecordException;
import dev.metronome.model.record.UnreadableRecordException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Freezes: keys whose mere presence keeps the leader from beginning anything, by a check in its own
 * transactions. Thread-safe.
 *
 * <p><em>Guarantees</em>: what is written after a freeze begins nothing that it is about, whatever
 * the leader knew of it (transactions <em>dispatch</em>, <em>open</em>, <em>batch</em>). What runs,
 * runs on.
 */
public final class Freezes {

  private static final Logger LOG = LoggerFactory.getLogger(Freezes.class);

  private final ConsulConnection connection;
  private final Keys keys;
  private final Map<String, Long> complained = new ConcurrentHashMap<>();

  public Freezes(ConsulConnection connection, Keys keys) {
    this.connection = connection;
    this.keys = keys;
  }

  /**
   * One as it stands.
   *
   * @param freeze absent if it cannot be read: it holds all the same
   */
  public record Standing(String key, long index, Optional<Freeze> freeze) {

    /** Whether it keeps an event of this name from beginning, in its lane. */
    boolean holds(String eventName, String lane, Keys keys) {
      return freeze.isPresent()
          ? freeze.get().holds(eventName, lane)
          : scopes(eventName, lane).map(keys::freeze).anyMatch(key::equals);
    }
  }

  /** All of them, that of all events first. */
  public List<Standing> standing() {
    List<Standing> all = new ArrayList<>();
    for (Entry entry : connection.list(keys.freezes()).value()) {
      all.add(new Standing(entry.key(), entry.modifyIndex(), freeze(entry)));
    }
    all.sort(
        Comparator.comparing((Standing each) -> !each.key().equals(keys.freeze(FreezeScope.ALL))));
    return all;
  }

  /** All of them for people; of one that cannot be read is said that it holds all the same. */
  public List<Freeze> all() {
    return standing().stream().map(each -> each.freeze().orElseGet(() -> unread(each))).toList();
  }

  private Freeze unread(Standing standing) {
    String name = standing.key().substring(standing.key().lastIndexOf('/') + 1);
    FreezeScope scope =
        standing.key().equals(keys.freeze(FreezeScope.ALL))
            ? FreezeScope.ALL
            : standing.key().equals(keys.freeze(FreezeScope.lane(name)))
                ? FreezeScope.lane(name)
                : FreezeScope.event(name);
    String why = standing.key() + " cannot be read, and holds all the same until it is thawed";
    return Freeze.of(scope, "unknown", Instant.EPOCH, why, Optional.empty());
  }

  /** Complains of one that cannot be read when it is seen first, not whenever it is read. */
  private Optional<Freeze> freeze(Entry entry) {
    try {
      return Optional.of(Json.read(entry.key(), entry.value(), Freeze.class));
    } catch (UnreadableRecordException | NewerRecordException e) {
      Long before = complained.put(entry.key(), entry.modifyIndex());
      if (before == null || before != entry.modifyIndex()) {
        LOG.warn("item={} state=unreadable it holds all the same: {}", entry.key(), e.getMessage());
      }
      return Optional.empty();
    }
  }

  // INVARIANT: nothing is opened under a freeze, by a check in the very transaction.
  /** What the leader's transaction checks that begins something of an event in a lane. */
  public Transaction checks(Event event, String lane) {
    Transaction checks = new Transaction();
    if (event.override().isEmpty()) {
      scopes(event.name(), lane).map(keys::freeze).forEach(checks::checkNotExists);
    }
    return checks;
  }

  private static Stream<FreezeScope> scopes(String event, String lane) {
    return Stream.of(FreezeScope.ALL, FreezeScope.event(event), FreezeScope.lane(lane));
  }

  /** Freezes; one that stands already is replaced. */
  public void freeze(Freeze freeze) {
    connection.commit(
        new Transaction("freeze").set(keys.freeze(freeze.scope()), Json.write(freeze)));
  }

  /** Thaws; returns whether there was anything to thaw. */
  public boolean thaw(FreezeScope scope) {
    String key = keys.freeze(scope);
    Optional<Entry> standing = connection.get(key);
    standing.ifPresent(entry -> connection.commit(new Transaction("thaw").delete(key)));
    return standing.isPresent();
  }

  /** Removes those that have ended by themselves; returns the others. */
  List<Standing> withoutThoseOver(List<Standing> all, Instant now, Transaction fence) {
    List<Standing> left = new ArrayList<>();
    for (Standing each : all) {
      boolean over = each.freeze().filter(freeze -> freeze.isOver(now)).isPresent();
      Transaction thaw =
          new Transaction("thaw").and(fence).compareAndDelete(each.key(), each.index());
      if (!over || !connection.commit(thaw).isDone()) {
        left.add(each);
      } else {
        LOG.info("freeze={} state=over", each.key());
      }
    }
    return left;
  }
}
