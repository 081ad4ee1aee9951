package dev.metronome.pipeline.dispatch;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Body;
import org.apache.camel.Exchange;

/**
 * Moves on what is in progress, in each slot by an {@link Advancer} of its own: what that remembers
 * are the stopwatches of one slot. Thread-safe.
 */
public final class Advancers {

  private final Function<String, Advancer> making;
  private final Map<String, Advancer> bySlot = new ConcurrentHashMap<>();

  /**
   * @param making makes the one for a slot
   */
  public Advancers(Function<String, Advancer> making) {
    this.making = making;
  }

  private Advancer of(String slot) {
    return bySlot.computeIfAbsent(slot, making);
  }

  /** The next step, which may be none, or one that depends on the nodes for a task. */
  public Step advance(@Body Progress progress) {
    return of(progress.plan().slot()).advance(progress);
  }

  /** For routes: joins a step and the nodes that were selected for it. */
  public AggregationStrategy opener() {
    return (step, selected) -> of(step).opener().aggregate(step, selected);
  }

  /** For routes: looks at the health that steps depend on. */
  public Health health() {
    return new Health();
  }

  private Advancer of(Exchange step) {
    return of(step.getMessage().getBody(Step.class).slot());
  }

  /** Joins a step and how those are whose health it depends on. */
  public final class Health implements AggregationStrategy {

    /** How these stand, as Consul finds them. */
    public GateHealth health(@Body Step waiting, Exchange exchange) {
      return of(waiting.slot()).gates().health(waiting, exchange);
    }

    @Override
    public Exchange aggregate(Exchange step, Exchange answer) {
      return of(step).gates().aggregate(step, answer);
    }
  }
}
