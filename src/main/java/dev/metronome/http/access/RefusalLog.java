package dev.metronome.http.access;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs who was turned away: at most once a minute, with how many there were. Thread-safe. */
final class RefusalLog {

  private static final Logger LOG = LoggerFactory.getLogger(RefusalLog.class);
  private static final long INTERVAL = Duration.ofMinutes(1).toNanos();

  private long count;
  private long spokenAt = System.nanoTime() - INTERVAL;

  synchronized void away(String address, RequestCredentials shown) {
    count++;
    long now = System.nanoTime();
    if (now - spokenAt >= INTERVAL) {
      LOG.warn("from={} name={} refused={} reason=wrong-password", address, shown, count);
      spokenAt = now;
      count = 0;
    }
  }
}
