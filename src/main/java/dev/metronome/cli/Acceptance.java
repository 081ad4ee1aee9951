package dev.metronome.cli;

import dev.metronome.base.loop.Backoff;
import dev.metronome.consul.ConsulUnavailableException;
import dev.metronome.model.record.Event;
import dev.metronome.pipeline.queue.EventQueue;
import dev.metronome.pipeline.queue.Queue;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Has events accepted, also when an answer is lost.
 *
 * <p><b>Guarantees</b>: when it returns, every event stands in Consul's log. Sending one again is
 * safe, since its ID stays the same: what was written before is found as a duplicate.
 */
final class Acceptance {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final EventQueue queue;
  private final CountDownLatch never = new CountDownLatch(1);

  Acceptance(EventQueue queue) {
    this.queue = queue;
  }

  /**
   * What became of each event, by ID; after a lost answer one's own write is a duplicate.
   *
   * @throws CommandException if no answer came for some seconds: the events may have been accepted
   * @throws ConsulUnavailableException if nobody is there: they have not
   */
  Map<String, Queue.Receipt> accept(List<Event> events) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    Backoff backoff = new Backoff();
    boolean uncertain = false;
    while (true) {
      try {
        return queue.accept(events);
      } catch (ConsulUnavailableException e) {
        uncertain |= !e.isUnwritten();
        if (backoff.isFirst() && e.isNotReached()) {
          throw e;
        }
        Duration pause = backoff.next();
        if (System.nanoTime() + pause.toNanos() > end) {
          throw uncertain ? uncertain(events, e) : e;
        }
        boolean unused = never.await(pause.toMillis(), TimeUnit.MILLISECONDS);
      }
    }
  }

  private static CommandException uncertain(List<Event> events, ConsulUnavailableException e) {
    String which = events.size() == 1 ? "event " + events.get(0).id() : events.size() + " events";
    return new CommandException(
        ExitCode.CONSUL,
        e.getMessage()
            + "; whether "
            + which
            + " was accepted is not known: look for it in Consul before you send it again",
        e);
  }
}
