package dev.metronome.pipeline.queue;

import dev.metronome.consul.BlockingRead;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Snapshot;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Reads the claims of one epoch again and again: the one that the plan in progress names, and none
 * while there is no such plan. So the watch scans the deleted keys of one epoch only (decision 45).
 *
 * <p>What was read last may be older than the plan, harmlessly: the plan says which task is asked
 * for, and what is decided by a claim is written only if it still stands so.
 */
public final class ClaimReading implements BlockingRead<List<Entry>> {

  private final ConsulConnection connection;
  private final Source source;
  private volatile String epoch = "";
  private volatile List<Entry> known = List.of();

  /** Tells the epoch, as {@code Keys#epoch} does. */
  @FunctionalInterface
  public interface Source {

    /** Waits until there is one. */
    String await() throws InterruptedException;
  }

  /** The epoch that somebody has seen in the slot. Thread-safe. */
  public static final class Current implements Source {
    private Optional<String> epoch = Optional.empty();

    /**
     * @param now empty if no event is in progress
     */
    public synchronized void set(Optional<String> now) {
      epoch = now;
      notifyAll();
    }

    @Override
    public synchronized String await() throws InterruptedException {
      while (epoch.isEmpty()) {
        wait();
      }
      return epoch.get();
    }
  }

  public ClaimReading(ConsulConnection connection, Source source) {
    this.connection = connection;
    this.source = source;
  }

  @Override
  public Snapshot<List<Entry>> read(long index, Duration wait) throws InterruptedException {
    String now = source.await();
    boolean other = !now.equals(epoch);
    epoch = now;
    return connection.changes(now).read(other ? 0 : index, wait);
  }

  /**
   * Reads them without waiting.
   *
   * @param now the epoch; empty if there is none
   */
  public void look(Optional<String> now) {
    seen(now.map(epochNow -> connection.list(epochNow).value()).orElse(List.of()));
  }

  /** What was read; returns whether that is any news. */
  public synchronized boolean seen(List<Entry> entries) {
    List<Entry> before = known;
    known = List.copyOf(entries);
    return !indexes(before).equals(indexes(known));
  }

  /** Whether the epoch has its folder: a watch of it is woken by every write otherwise. */
  public boolean isWhole() {
    return known.stream().anyMatch(entry -> entry.key().equals(epoch));
  }

  /** As they were read last: those of a task, and perhaps others. */
  public List<Entry> known() {
    return known;
  }

  private static List<Long> indexes(List<Entry> entries) {
    return entries.stream().map(Entry::modifyIndex).toList();
  }
}
