package dev.metronome.http.stream;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.metronome.base.loop.Loop;
import dev.metronome.base.loop.Turn;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.model.record.Claim;
import dev.metronome.model.record.Keys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Looks how long the logs of running tasks are, at most once a second, and once more when a task
 * has ended. Consul tells the length of a value only with the value: what is read for that is
 * bounded, and nothing of it is kept. Thread-safe.
 *
 * <p><em>Does not guarantee</em> that every log is told of: of very many tasks that end at once
 * some are left out.
 */
final class LogGauge implements AutoCloseable {

  private static final long PACE_MILLIS = 1_000;

  /** A log is written no sooner while its task runs. */
  private static final long YOUNG_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** What may be read in a second, on average. */
  private static final int BYTES_PER_SECOND = 1 << 20;

  private static final int MOST_ENDED = 256;
  private static final int TOGETHER = 8;
  private static final int TOGETHER_BYTES = 256 << 10;

  /** What the length of a log that was not read yet is taken for. */
  private static final int GUESS = 16 << 10;

  private final ConsulConnection connection;
  private final Keys keys;
  private final Consumer<Growth> listener;
  private final Loop loop;
  private long dueNanos = System.nanoTime();
  private final Map<String, Run> running = new HashMap<>();
  private final Map<String, Run> ended = new LinkedHashMap<>();

  /**
   * A log that has grown.
   *
   * @param size in bytes, by now
   */
  record Growth(@JsonProperty("EventID") String eventId, int no, String node, int size) {}

  /** A task on a node, and what is known of its log. Only the loop changes it. */
  private static final class Run {
    private final String key;
    private final Claim claim;
    private final long sinceNanos = System.nanoTime();
    private long lookedNanos = sinceNanos;
    private int size;

    Run(String key, Claim claim) {
      this.key = key;
      this.claim = claim;
    }

    boolean mayHaveLog() {
      return System.nanoTime() - sinceNanos > YOUNG_NANOS;
    }

    int expected() {
      return size == 0 ? GUESS : size;
    }
  }

  LogGauge(ConsulConnection connection, Keys keys, Consumer<Growth> listener) {
    this.connection = connection;
    this.keys = keys;
    this.listener = listener;
    this.loop = connection.loops().of(Loop.Kind.LOOK, "stream-logs", this::turn).start();
  }

  /** These tasks run now; those that ran before and are not among them have ended. */
  synchronized void follow(List<Claim> claims) {
    Map<String, Run> before = new HashMap<>(running);
    running.clear();
    for (Claim claim : claims) {
      String key = keys.log(claim.eventId(), claim.no(), claim.node());
      Run known = before.remove(key);
      running.put(key, known == null ? new Run(key, claim) : known);
    }
    before.values().forEach(this::keep);
    loop.wake();
  }

  private void keep(Run run) {
    if (ended.size() < MOST_ENDED) {
      ended.put(run.key, run);
    }
  }

  private Duration turn() {
    if (isIdle()) {
      return Turn.UNTIL_WOKEN;
    }
    long early = dueNanos - System.nanoTime();
    if (early > 0) {
      return Duration.ofNanos(early);
    }
    long pause = Math.max(PACE_MILLIS, look() * 1_000 / BYTES_PER_SECOND);
    dueNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pause);
    return Duration.ofMillis(pause);
  }

  private synchronized boolean isIdle() {
    return running.isEmpty() && ended.isEmpty();
  }

  /** Returns how much was read. */
  private long look() {
    long bytes = 0;
    List<Run> due = due();
    while (!due.isEmpty() && bytes < BYTES_PER_SECOND) {
      List<Run> together = first(due);
      bytes += read(together);
      due = due.subList(together.size(), due.size());
    }
    return bytes;
  }

  /** Those that have ended, then those that were not looked at for the longest time. */
  private synchronized List<Run> due() {
    return Stream.concat(
            ended.values().stream(),
            running.values().stream()
                .filter(Run::mayHaveLog)
                .sorted(Comparator.comparingLong(run -> run.lookedNanos)))
        .toList();
  }

  private static List<Run> first(List<Run> due) {
    List<Run> together = new ArrayList<>();
    int bytes = 0;
    for (Run run : due) {
      bytes += run.expected();
      if (together.size() == TOGETHER || (bytes > TOGETHER_BYTES && !together.isEmpty())) {
        break;
      }
      together.add(run);
    }
    return together;
  }

  private long read(List<Run> runs) {
    Map<String, Integer> sizes = new HashMap<>();
    for (Entry entry : connection.read(runs.stream().map(run -> run.key).toList())) {
      sizes.put(entry.key(), entry.value().length);
    }
    for (Run run : runs) {
      run.lookedNanos = System.nanoTime();
      int size = sizes.getOrDefault(run.key, 0);
      if (size != run.size) {
        run.size = size;
        listener.accept(new Growth(run.claim.eventId(), run.claim.no(), run.claim.node(), size));
      }
    }
    forget(runs);
    return sizes.values().stream().mapToLong(Integer::longValue).sum();
  }

  private synchronized void forget(List<Run> runs) {
    runs.forEach(run -> ended.remove(run.key, run));
  }

  @Override
  public void close() {
    loop.interrupt();
  }
}
