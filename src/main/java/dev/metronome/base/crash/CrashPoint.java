package dev.metronome.base.crash;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The point of the protocol at which a test has this process end, as a power failure would end it:
 * {@code -Dmetronome.crash=before:claim}, or {@code after:close@2} for the second time it is
 * passed. Points are the steps of the transactions that are committed, and {@code spawn} and {@code
 * exit} of an operation's process.
 *
 * <p>Thread-safe. Without the property, passing a point is one comparison.
 */
public final class CrashPoint {

  /** What the process exits with, so that a test knows it was here. */
  public static final int EXIT_CODE = 86;

  private static final Logger LOG = LoggerFactory.getLogger(CrashPoint.class);
  private static final CrashPoint ASKED =
      new CrashPoint(System.getProperty("metronome.crash", ""), () -> halt());

  private final String asked;
  private final String point;
  private final AtomicInteger left;
  private final Runnable crash;

  CrashPoint(String asked, Runnable crash) {
    int at = asked.indexOf('@');
    this.asked = asked;
    this.point = at < 0 ? asked : asked.substring(0, at);
    this.left = new AtomicInteger(at < 0 ? 1 : Integer.parseInt(asked.substring(at + 1)));
    this.crash = crash;
  }

  /** What this process has been asked for, if anything. */
  public static Optional<String> asked() {
    return Optional.of(ASKED.asked).filter(text -> !text.isEmpty());
  }

  /** Something is about to be done. */
  public static void before(Collection<String> steps) {
    ASKED.pass("before:", steps);
  }

  /** It has been done, and its answer is here. */
  public static void after(Collection<String> steps) {
    ASKED.pass("after:", steps);
  }

  public static void before(String step) {
    ASKED.pass("before:", List.of(step));
  }

  public static void after(String step) {
    ASKED.pass("after:", List.of(step));
  }

  void pass(String side, Collection<String> steps) {
    if (point.isEmpty() || !point.startsWith(side)) {
      return;
    }
    if (steps.contains(point.substring(side.length())) && left.decrementAndGet() == 0) {
      crash.run();
    }
  }

  private static void halt() {
    LOG.warn("crash={} state=halting", ASKED.asked);
    Runtime.getRuntime().halt(EXIT_CODE);
  }
}
