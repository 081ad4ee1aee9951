package dev.metronome.consul;

import java.util.Locale;

/** Told of each request to Consul when it is over, on whatever thread; must not block. */
@FunctionalInterface
public interface RequestListener {

  /** What came of a request. */
  enum Result {
    OK,
    /** A condition of a transaction does not hold: nothing was written. */
    REFUSED,
    /** The token lacks a right. */
    DENIED,
    /** Another answer than a good one. */
    ERROR,
    /** No answer. */
    UNREACHABLE;

    /** In lower case. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * @param call one of a few words, such as {@code kv-read}, {@code kv-watch} or {@code session}
   */
  void ended(String call, Result result);
}
