package dev.metronome.agent;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Steps of an ending: each is tried, whatever became of the one before. */
final class BestEffort {

  private static final Logger LOG = LoggerFactory.getLogger(BestEffort.class);

  private BestEffort() {}

  /** Something that may fail. */
  @FunctionalInterface
  interface Action {
    void run() throws Exception;
  }

  /**
   * @param what it does, as in "could not ..."
   */
  static void attempt(String what, Action action) {
    try {
      action.run();
    } catch (Exception e) {
      LOG.warn("could not {}: {}", what, e.getMessage());
      LOG.debug("could not {}", what, e);
    }
  }
}
