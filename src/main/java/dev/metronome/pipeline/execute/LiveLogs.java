package dev.metronome.pipeline.execute;

import dev.metronome.base.loop.Loop;
import dev.metronome.base.loop.Loops;
import dev.metronome.base.loop.Turn;
import dev.metronome.consul.ConsulDeniedException;
import dev.metronome.consul.ConsulRejectedException;
import dev.metronome.consul.ConsulUnavailableException;
import dev.metronome.model.record.Outcome;
import dev.metronome.pipeline.claim.Claims;
import dev.metronome.pipeline.process.BoundedOutput;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows in Consul what running tasks have said so far, so that somebody can watch. Thread-safe.
 *
 * <p><em>Guarantees</em>: a log is written at most every two seconds and only if it has grown, not
 * at all for a task that is shorter than that, and on average no more than 16 KiB a second; it is
 * written under the claim, so never after the outcome.
 *
 * <p><em>Does not guarantee</em> that it succeeds: what could not be written is left until the next
 * time, and at the end the whole log is recorded with the outcome.
 */
public final class LiveLogs implements TaskRuns.Listener, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LiveLogs.class);

  static final Duration PACE = Duration.ofSeconds(2);

  /** What all of Consul's servers must write to their disks, for each node that runs something. */
  static final int BYTES_PER_SECOND = 16 * 1_024;

  private final Claims claims;
  private final UnaryOperator<String> discretion;
  private final LongSupplier nanos;
  private final Map<String, Live> running = new ConcurrentHashMap<>();
  private final Loop loop;

  /**
   * A log, how much of it was there when it was last written, and when it may be written again.
   * Only the loop changes it.
   */
  private static final class Live {
    private final BoundedOutput log;
    private long written;
    private long dueNanos;

    Live(BoundedOutput log, long dueNanos) {
      this.log = log;
      this.dueNanos = dueNanos;
    }
  }

  /**
   * @param discretion hides known secrets
   * @param nanos a monotonic clock
   */
  public LiveLogs(
      Claims claims, UnaryOperator<String> discretion, LongSupplier nanos, Loops loops) {
    this.claims = claims;
    this.discretion = discretion;
    this.nanos = nanos;
    this.loop = loops.of(Loop.Kind.LOOK, "live-logs", this::turn);
  }

  public LiveLogs start() {
    loop.start();
    return this;
  }

  @Override
  public void begun(String task, BoundedOutput log) {
    running.put(task, new Live(log, nanos.getAsLong() + PACE.toNanos()));
    loop.wake();
  }

  /** The task has ended; its outcome brings its log. */
  void ended(String task) {
    running.remove(task);
  }

  /** What may be kept of a log. */
  String text(BoundedOutput log) {
    return discretion.apply(log.render());
  }

  /** What may be kept of an outcome. */
  Outcome discreet(Outcome outcome) {
    return new Outcome(outcome.status(), outcome.reason(), outcome.message().map(discretion));
  }

  private Duration turn() {
    look();
    return running.isEmpty() ? Turn.UNTIL_WOKEN : PACE.dividedBy(4);
  }

  /** Writes every log that has grown and is due. */
  void look() {
    long now = nanos.getAsLong();
    running.forEach(
        (task, live) -> {
          if (now - live.dueNanos >= 0 && live.log.bytesSeen() > live.written) {
            write(task, live, now);
          }
        });
  }

  private void write(String task, Live live, long now) {
    long seen = live.log.bytesSeen();
    String text = text(live.log);
    long cost = text.getBytes(StandardCharsets.UTF_8).length;
    live.dueNanos =
        now + Math.max(PACE.toNanos(), cost * TimeUnit.SECONDS.toNanos(1) / BYTES_PER_SECOND);
    try {
      if (claims.show(task, text)) {
        live.written = seen;
      }
    } catch (ConsulUnavailableException | ConsulDeniedException | ConsulRejectedException e) {
      LOG.debug("task={} its log is not shown yet: {}", task, e.getMessage());
    }
  }

  @Override
  public void close() {
    loop.interrupt();
  }
}
