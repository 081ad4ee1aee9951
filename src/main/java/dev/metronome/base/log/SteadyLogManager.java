package dev.metronome.base.log;

import java.util.logging.LogManager;

/**
 * The JDK's log manager without its configuration file and without its shutdown hook's effect.
 *
 * <p>The JDK's own removes all handlers when the process begins to stop, at the same time as other
 * shutdown hooks run, so what an agent says while it stops is lost by chance. It also reads a file
 * of the JDK's at start. This one does neither: {@link Logging} is all the configuration there is.
 *
 * <p>Public only because the JDK makes it, by the name in {@code java.util.logging.manager}.
 */
public final class SteadyLogManager extends LogManager {
  /** For the JDK. */
  public SteadyLogManager() {}

  @Override
  public void reset() {
    // See above; LoggingTest.a_record_of_a_shutdown_hook_is_written proves it needed.
  }

  @Override
  public void readConfiguration() {
    // See above.
  }
}
