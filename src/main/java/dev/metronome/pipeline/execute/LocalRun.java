package dev.metronome.pipeline.execute;

import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.Outcome;
import dev.metronome.pipeline.process.BoundedOutput;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;

/** Runs tasks here and now, by the same route as an agent does, without queue, claim or record. */
public final class LocalRun {

  private static final String ROUTE = "direct:run-task";

  private final ProducerTemplate template;

  public LocalRun(ProducerTemplate template) {
    this.template = template;
  }

  /** Runs a task to its end. That it failed is an outcome, and the last line of its log. */
  public Outcome run(Assignment assignment) {
    Exchange exchange = template.send(ROUTE, it -> it.getIn().setBody(assignment));
    Outcome outcome = ExchangeOutcome.of(exchange);
    BoundedOutput log = exchange.getProperty(TaskRuns.LOG, BoundedOutput.class);
    if (log != null) {
      log.endLine();
      outcome.message().ifPresent(message -> log.line("ERROR", message));
    }
    return outcome;
  }
}
