package dev.metronome.pipeline.dispatch;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.model.record.Keys;
import dev.metronome.pipeline.membership.Roster;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The nodes with a presence, also those whose agent has died. They are read anew after a while
 * only: who dies is known by its registration at once, and opening a task does not wait for one
 * more read. Used by one thread at a time.
 */
public final class KnownAgents implements Supplier<List<String>> {
  private static final Duration FRESH = Duration.ofSeconds(30);

  private final ConsulConnection connection;
  private final Keys keys;
  private final LongSupplier nanos;
  private List<String> known = List.of();
  private long readAt;
  private boolean read;

  public KnownAgents(ConsulConnection connection, Keys keys, LongSupplier nanos) {
    this.connection = connection;
    this.keys = keys;
    this.nanos = nanos;
  }

  @Override
  public List<String> get() {
    long now = nanos.getAsLong();
    if (!read || now - readAt > FRESH.toNanos()) {
      known = Roster.nodes(connection, keys);
      readAt = now;
      read = true;
    }
    return known;
  }
}
