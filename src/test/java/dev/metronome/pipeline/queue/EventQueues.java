package dev.metronome.pipeline.queue;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Keys;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Event queues as agents have them. */
public final class EventQueues {

  private static final int LIMIT = 10_000;

  private EventQueues() {}

  /** Of an agent that leads by this fence. */
  public static EventQueue led(
      ConsulConnection connection, Keys keys, Supplier<Optional<Transaction>> fence) {
    return new EventQueue(
        connection,
        keys,
        Clock.systemUTC(),
        LIMIT,
        UnaryOperator.identity(),
        EventQueue.Objection.NONE,
        EventQueue.Lanes.NONE,
        EventQueue.Barrier.NONE,
        Queue.Listener.NONE,
        fence);
  }
}
