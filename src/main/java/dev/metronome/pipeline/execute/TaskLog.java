package dev.metronome.pipeline.execute;

import dev.metronome.pipeline.process.BoundedOutput;
import org.apache.camel.Exchange;
import org.apache.camel.spi.CamelLogger;
import org.apache.camel.spi.LogListener;

/**
 * Puts what a {@code log} step of an operation's route says into the log of the task that runs it.
 * What the agent says of its routes' failures stays in its own log: the task's has the outcome.
 */
public final class TaskLog implements LogListener {

  private static final String ROUTE_FAILURES = "dev.metronome.route";

  @Override
  public String onLog(Exchange exchange, CamelLogger logger, String message) {
    BoundedOutput log = exchange.getProperty(TaskRuns.LOG, BoundedOutput.class);
    if (log != null && !logger.getLog().getName().equals(ROUTE_FAILURES)) {
      log.line(logger.getLevel().name(), message);
    }
    return message;
  }
}
