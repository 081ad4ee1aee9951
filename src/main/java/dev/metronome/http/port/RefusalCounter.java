package dev.metronome.http.port;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.LongSupplier;

/** Counts what is turned away, and says so at most once a minute. Thread-safe. */
final class RefusalCounter {

  private static final long INTERVAL = Duration.ofMinutes(1).toNanos();

  /** Why a connection was closed, or a request refused, before anybody saw it. */
  enum Reason {
    CROWDED("crowded-out"),
    SLOW_HEAD("slow-head"),
    SLOW_BODY("slow-body"),
    NOT_TAKEN("answer-not-taken"),
    BODIES("bodies-full"),
    TOO_LARGE("body-too-large"),
    NO_BODY("body-not-wanted"),
    PIPELINED("pipelined");

    private final String word;

    Reason(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  private final LongSupplier nanos;
  private final Map<Reason, Long> counts = new EnumMap<>(Reason.class);
  private long spokenAt;

  RefusalCounter(LongSupplier nanos) {
    this.nanos = nanos;
    this.spokenAt = nanos.getAsLong() - INTERVAL;
  }

  synchronized void count(Reason why) {
    counts.merge(why, 1L, Long::sum);
  }

  /** What has been counted since it was said last; empty if it is too early, or nothing was. */
  synchronized Optional<String> due() {
    long now = nanos.getAsLong();
    if (counts.isEmpty() || now - spokenAt < INTERVAL) {
      return Optional.empty();
    }
    StringJoiner line = new StringJoiner(" ");
    counts.forEach((why, count) -> line.add(why.word() + "=" + count));
    counts.clear();
    spokenAt = now;
    return Optional.of(line.toString());
  }
}
