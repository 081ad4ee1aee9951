package dev.metronome.pipeline.queue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.consul.BlockingRead;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.ConsulSettings;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Snapshot;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Keys;
import dev.metronome.testing.Records;
import dev.metronome.testing.SingleConsul;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the watch of the event queue costs Consul does not grow with the events that have passed:
 * Consul scans, at each read of a prefix, all keys that were deleted below it in the last quarter
 * of an hour (decision 45). Processor time is measured in turns, since the machine may be busy.
 */
class QueueCostIT {

  /** That go through the queue, and that have left their tombstones in its first bucket before. */
  private static final int EVENTS = 2_000;

  private static final int EARLIER = 24_000;
  private static final int ROUNDS = 10;
  private static final int READS = 200;

  @TempDir private Path folder;
  private SingleConsul consul;
  private ConsulConnection connection;

  /** The queue of a cluster of its own, as far as it has come. */
  private final class Passage {
    private final Keys keys;
    private final EventQueue queue;
    private final BlockingRead<List<Entry>> reading;
    private int accepted;
    private long index;
    private double millis;

    Passage(String prefix) {
      keys = new Keys(prefix);
      connection.commit(new Transaction().set(keys.leader(), "n1".getBytes(UTF_8)));
      long held = connection.get(keys.leader()).orElseThrow().modifyIndex();
      queue =
          EventQueues.led(
              connection,
              keys,
              () -> Optional.of(new Transaction().checkIndex(keys.leader(), held)));
      queue.view().open();
      reading = queue.reading(connection);
    }

    /** So many are accepted, seen and taken out. */
    Passage pass(int count) throws InterruptedException {
      while (accepted < count) {
        queue.accept(
            IntStream.range(0, 64).mapToObj(i -> Records.event("e" + accepted++)).toList());
        do {
          look();
        } while (queue.view().head().isEmpty());
        take();
      }
      look();
      return this;
    }

    /** The tombstones of so many. */
    Passage after(int count) {
      for (int from = 0; from < count; from += Transaction.MAX_OPERATIONS / 2) {
        Transaction transaction = new Transaction();
        for (int i = from; i < from + Transaction.MAX_OPERATIONS / 2; i++) {
          transaction.set(keys.event(1, "before-" + i), new byte[0]);
          transaction.delete(keys.event(1, "before-" + i));
        }
        connection.commit(transaction);
      }
      return this;
    }

    /** What the leader's watch and its thread do. */
    private void look() throws InterruptedException {
      Snapshot<List<Entry>> seen = reading.read(index, Duration.ofSeconds(10));
      index = seen.index();
      queue.observe(seen.value());
      queue.view().accept(seen);
      queue.tend();
    }

    private void take() {
      Transaction transaction = new Transaction("dispatch");
      while (queue.view().head().isPresent()) {
        QueueItem head = queue.view().head().get();
        transaction.and(new Buckets(connection, keys).removal(head.id(), head.entry()));
        queue.removed(head.id(), 0);
        if (transaction.size() > Transaction.MAX_OPERATIONS - 3 || queue.view().size() == 0) {
          assertThat(connection.commit(transaction).isDone()).isTrue();
          transaction = new Transaction("dispatch");
        }
      }
    }

    /** Reads as often as the watch does for so many events. */
    void watch() throws InterruptedException {
      double before = consul.processorMillis();
      for (int i = 0; i < READS; i++) {
        reading.read(1, Duration.ofSeconds(10));
      }
      millis += consul.processorMillis() - before;
    }
  }

  @BeforeEach
  void start() {
    consul = SingleConsul.start(folder, "n1");
    connection = ConsulConnection.to(ConsulSettings.plain("127.0.0.1", consul.port()));
  }

  @AfterEach
  void close() {
    if (consul == null) {
      return; // there is none
    }
    connection.close();
    consul.close();
  }

  @Test
  void a_read_of_the_watch_costs_consul_as_much_after_thousands_of_events_as_at_the_beginning()
      throws Exception {
    Passage young = new Passage("young/").pass(64);
    Passage old = new Passage("old/").after(EARLIER).pass(EVENTS);
    double all = 0;
    for (int round = 0; round < ROUNDS; round++) {
      young.watch();
      old.watch();
      double before = consul.processorMillis();
      for (int i = 0; i < READS; i++) {
        connection.list(old.keys.eventQueue());
      }
      all += consul.processorMillis() - before;
    }

    assertThat(old.millis).as("after %d events", EARLIER + EVENTS).isLessThan(young.millis * 2);
    assertThat(all).as("if all buckets were watched").isGreaterThan(young.millis * 3);
  }
}
