package dev.metronome.pipeline.dispatch;

import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;

/** Joins the end of one event and the plan of the next, if there is one, into one step. */
public final class NextEvent implements AggregationStrategy {

  @Override
  public Exchange aggregate(Exchange end, Exchange plan) {
    if (plan != null && plan.getMessage().getBody() instanceof Planned planned) {
      Step step = end.getMessage().getBody(Step.class);
      end.getMessage().setBody(step.then(planned));
    }
    return end;
  }
}
