package dev.metronome.pipeline.queue;

import dev.metronome.base.log.PrintableText;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Held;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Plan;
import dev.metronome.pipeline.hook.RouteFailure;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which items of queues a route of this agent fails on again and again: said after a few failures
 * in a row, in the log and to whoever asks, reminded of every ten minutes, and forgotten with the
 * first success. Thread-safe.
 */
public final class HeldItems implements Queue.Listener {

  private static final Logger LOG = LoggerFactory.getLogger(HeldItems.class);
  private static final int FEW = 3;
  private static final Duration REMINDER = Duration.ofMinutes(10);

  private final String node;
  private final Predicate<Throwable> passing;
  private final Queue.Listener next;
  private final Clock clock;
  private final LongSupplier nanos;
  private final Runnable changed;

  /** By queue. */
  private final Map<String, Failing> failing = new TreeMap<>();

  /** An item that has failed, and as it failed last. */
  private static final class Failing {
    private final String key;
    private final Instant since;
    private Held last;
    private int times;
    private long saidNanos;

    Failing(String key, Instant since) {
      this.key = key;
      this.since = since;
    }

    boolean isHeld() {
      return times >= FEW;
    }
  }

  /**
   * @param passing failures that no route is to blame for, such as of Consul
   * @param next hears of everything too
   * @param nanos of the monotonic clock
   * @param changed is called when there is something else to be {@linkplain #all said}
   */
  public HeldItems(
      String node,
      Predicate<Throwable> passing,
      Queue.Listener next,
      Clock clock,
      LongSupplier nanos,
      Runnable changed) {
    this.node = node;
    this.passing = passing;
    this.next = next;
    this.clock = clock;
    this.nanos = nanos;
    this.changed = changed;
  }

  /** Those that are held now. */
  public synchronized List<Held> all() {
    return failing.values().stream().filter(Failing::isHeld).map(each -> each.last).toList();
  }

  @Override
  public void offered(Queue.Receipt receipt) {
    next.offered(receipt);
  }

  @Override
  public void blocked(int events) {
    next.blocked(events);
  }

  @Override
  public void setAside(Queue queue) {
    next.setAside(queue);
  }

  @Override
  public void failed(Queue queue, QueueItem item, Exchange how) {
    if (causes(how.getException()).noneMatch(passing) && count(queue, item, how)) {
      tell();
    }
  }

  private void tell() {
    next.held(all().size());
    changed.run();
  }

  private static Stream<Throwable> causes(Throwable failure) {
    return Stream.iterate(failure, each -> each != null, Throwable::getCause);
  }

  /** Returns whether there is something else to be said. */
  private synchronized boolean count(Queue queue, QueueItem item, Exchange how) {
    String key = item.entry().key();
    List<Held> before = all();
    Failing known = failing.get(queue.prefix());
    if (known == null || !known.key.equals(key)) {
      known = new Failing(key, clock.instant().truncatedTo(ChronoUnit.MILLIS));
      failing.put(queue.prefix(), known);
    }
    known.times++;
    known.last = held(item, RouteFailure.of(how), known.since);
    long now = nanos.getAsLong();
    if (known.isHeld() && (known.times == FEW || now - known.saidNanos >= REMINDER.toNanos())) {
      known.saidNanos = now;
      say(known.last);
    }
    return !before.equals(all());
  }

  private Held held(QueueItem item, RouteFailure failure, Instant since) {
    Optional<Event> event = event(item);
    return new Held(
        node,
        item.entry().key(),
        event.map(Event::id).orElse(item.id()),
        event.map(Event::name),
        failure.route(),
        failure.file(),
        since,
        failure.why());
  }

  private static Optional<Event> event(QueueItem item) {
    String key = item.entry().key();
    byte[] value = item.entry().value();
    return Json.readable(key, value, Event.class)
        .or(() -> Json.readable(key, value, Plan.class).map(Plan::event));
  }

  private static void say(Held held) {
    LOG.error(
        "event={} name={} route={} file={} state=held since={} what is behind it waits: {}; {}",
        held.item(),
        held.name().map(PrintableText::of).orElse(""),
        held.route(),
        held.file(),
        held.since(),
        PrintableText.of(held.why()),
        held.remedy());
  }

  @Override
  public void recovered(Queue queue) {
    if (forget(queue)) {
      tell();
    }
  }

  /** Returns whether there is something else to be said. */
  private synchronized boolean forget(Queue queue) {
    Failing known = failing.remove(queue.prefix());
    if (known == null || !known.isHeld()) {
      return false;
    }
    LOG.info("event={} route={} state=held-no-more", known.last.item(), known.last.route());
    return true;
  }
}
