package dev.metronome.pipeline.operation;

import dev.metronome.consul.UserEvents;
import dev.metronome.pipeline.execute.OperationFailedException;
import dev.metronome.pipeline.execute.TaskRun;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;

/**
 * Operation {@code consul-event}: fires a user event with the payload that agents accept.
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

  /**
   * @param arguments {@code name}, and {@code filter} with {@code service} and {@code tag}, both
   *     regular expressions to Consul
   * @throws OperationFailedException if the filter is no mapping
   */
  public void run(
      @Body Map<String, Object> arguments, @ExchangeProperty(TaskRun.PROPERTY) TaskRun run) {
    String name = String.valueOf(arguments.get("name"));
    Object filter = arguments.getOrDefault("filter", Map.of());
    if (!(filter instanceof Map<?, ?> parts)) {
      throw new OperationFailedException("`filter` must be a mapping with `service` and `tag`");
    }
    Optional<String> service = text(parts, "service");
    Optional<String> tag = text(parts, "tag");
    Optional<String> id = events.fire(name, payload.of(name, service, tag), service, tag);
    run.log().line("INFO", "fired event " + name + " as " + id.orElse("an event without an ID"));
  }

  private static Optional<String> text(Map<?, ?> parts, String name) {
    return Optional.ofNullable(parts.get(name)).map(String::valueOf).filter(it -> !it.isEmpty());
  }
}
