package dev.metronome.pipeline.operation;

import dev.metronome.consul.UserEvents;
import dev.metronome.pipeline.execute.OperationFailedException;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Variable;

/**
 * Operation {@code consul-event}, as far as camel-consul cannot do it: the payload that agents
 * accept, and what a failure means.
 *
 * <p><em>Does not guarantee</em> that it arrives: user events are best effort.
 */
public final class EventSender {

  private final UserEvents events;
  private final Payload payload;

  /** What makes an event authentic to the agents that see it. */
  @FunctionalInterface
  public interface Payload {
    /** The payload for an event with these filters; empty if agents ask for none. */
    String of(String name, Optional<String> service, Optional<String> tag);
  }

  public EventSender(UserEvents events, Payload payload) {
    this.events = events;
    this.payload = payload;
  }

  /** The payload of the event that these arguments are for. */
  public String payload(@Variable("arguments") Map<String, Object> arguments) {
    return payload.of(name(arguments), part(arguments, "service"), part(arguments, "tag"));
  }

  /**
   * For whom it is, as camel-consul wants it.
   *
   * @param arguments {@code filter} with {@code service} and {@code tag}, both regular expressions
   *     to Consul
   * @throws OperationFailedException if the filter is no mapping
   */
  public Object options(@Variable("arguments") Map<String, Object> arguments) {
    return UserEvents.only(part(arguments, "service"), part(arguments, "tag"));
  }

  /** Fails the operation with what a failure of camel-consul's means. */
  public void explain(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
    if (failure instanceof OperationFailedException told) {
      throw told;
    }
    throw events.explained("fire an event", failure);
  }

  private static String name(Map<String, Object> arguments) {
    return String.valueOf(arguments.get("name"));
  }

  private static Optional<String> part(Map<String, Object> arguments, String name) {
    if (!(arguments.getOrDefault("filter", Map.of()) instanceof Map<?, ?> filter)) {
      throw new OperationFailedException("`filter` must be a mapping with `service` and `tag`");
    }
    return Optional.ofNullable(filter.get(name)).map(String::valueOf).filter(it -> !it.isEmpty());
  }
}
