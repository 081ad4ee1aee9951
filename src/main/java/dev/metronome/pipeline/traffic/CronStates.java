package dev.metronome.pipeline.traffic;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Cancellation;
import dev.metronome.model.record.CronState;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.NewerRecordException;
import dev.metronome.model.record.UnreadableRecordException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What Consul knows of the ticks of each event, {@code cron/NAME}. Thread-safe. */
public final class CronStates {

  private static final Logger LOG = LoggerFactory.getLogger(CronStates.class);

  /** Each attempt is lost to another writer of the same key, of which there are few. */
  private static final int ATTEMPTS = 20;

  private final ConsulConnection connection;
  private final Keys keys;

  public CronStates(ConsulConnection connection, Keys keys) {
    this.connection = connection;
    this.keys = keys;
  }

  /**
   * One as it was read.
   *
   * @param index its ModifyIndex; 0 if there is none yet
   * @param state absent if there is none, or none that can be read
   * @param newer whether a newer agent wrote it: it is left alone
   */
  public record Known(long index, Optional<CronState> state, boolean newer) {
    static final Known NOTHING = new Known(0, Optional.empty(), false);
  }

  /** Of every event that has one, by name. */
  public Map<String, Known> all() {
    Map<String, Known> all = new HashMap<>();
    for (Entry entry : connection.list(keys.cron()).value()) {
      all.put(entry.key().substring(keys.cron().length()), known(entry));
    }
    return all;
  }

  public Known of(String name) {
    return connection.get(keys.cron(name)).map(CronStates::known).orElse(Known.NOTHING);
  }

  private static Known known(Entry entry) {
    long index = entry.modifyIndex();
    try {
      CronState state = Json.read(entry.key(), entry.value(), CronState.class);
      return new Known(index, Optional.of(state), false);
    } catch (NewerRecordException e) {
      return new Known(index, Optional.empty(), true);
    } catch (UnreadableRecordException e) {
      LOG.warn("item={} state=begun-anew {}", entry.key(), e.getMessage());
      return new Known(index, Optional.empty(), false);
    }
  }

  /** What writes one, if it is as it was read. */
  Transaction replacing(String name, Known known, CronState state) {
    String key = keys.cron(name);
    byte[] value = Json.write(state);
    return known.index() == 0
        ? new Transaction().checkNotExists(key).set(key, value)
        : new Transaction().compareAndSet(key, value, known.index());
  }

  /** Has no tick of an event fired until it is resumed; false if others write all the time. */
  public boolean pause(String name, Cancellation by) {
    return change(name, by.at(), state -> state.paused(by));
  }

  /** Has the ticks of an event fired again, from now on. */
  public boolean resume(String name, Instant now) {
    return change(name, now, state -> state.resumed(now));
  }

  private boolean change(String name, Instant now, UnaryOperator<CronState> how) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Known known = of(name);
      if (known.newer()) {
        return false;
      }
      CronState state = how.apply(known.state().orElseGet(() -> CronState.since(now)));
      if (connection.commit(new Transaction("pause").and(replacing(name, known, state))).isDone()) {
        return true;
      }
    }
    return false;
  }
}
