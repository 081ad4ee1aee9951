package dev.metronome.pipeline.dispatch;

import java.util.ArrayList;
import java.util.List;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;

/**
 * Gathers the nodes that a route has looked at one by one, chosen and not, into a list again. A
 * {@code stop} ends the look at one node only, an exception that of all.
 */
public final class SelectedNodes implements AggregationStrategy {

  @Override
  public Exchange aggregate(Exchange nodes, Exchange node) {
    Exchange gathered = nodes == null ? node : nodes;
    List<Object> all = new ArrayList<>();
    if (nodes != null && nodes.getMessage().getBody() instanceof List<?> before) {
      all.addAll(before);
    }
    all.add(node.getMessage().getBody());
    gathered.getMessage().setBody(all);
    gathered.setRouteStop(false);
    if (node.getException() != null) {
      gathered.setException(node.getException());
    }
    return gathered;
  }
}
