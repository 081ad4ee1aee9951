package dev.metronome.pipeline.dispatch;

import java.util.List;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;

/** Joins what is about to be written and the nodes selected for the task that it opens. */
public final class TaskOpening implements AggregationStrategy {

  private final Advancer advancer;

  public TaskOpening(Advancer advancer) {
    this.advancer = advancer;
  }

  @Override
  public Exchange aggregate(Exchange opening, Exchange selected) {
    List<Candidate> nodes =
        selected.getMessage().getBody() instanceof List<?> list
            ? list.stream().map(Candidate.class::cast).toList()
            : List.of();
    Object body = opening.getMessage().getBody();
    opening
        .getMessage()
        .setBody(
            body instanceof Planned event
                ? advancer.opened(event, nodes)
                : advancer.open((Step) body, nodes));
    return opening;
  }
}
