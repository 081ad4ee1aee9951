package dev.metronome.consul;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Consul's user events, as the local agent has seen them: a ring of the newest 256, empty after the
 * agent's restart, replayed whole to a new listener.
 */
public final class UserEvents {

  /** As many as the ring holds. */
  public static final int RING = 256;

  private final ConsulConnection connection;

  public UserEvents(ConsulConnection connection) {
    this.connection = connection;
  }

  /** Follows the ring; the listener gets all of it, oldest first, at every change. */
  public Watch<List<UserEvent>> watch(Consumer<List<UserEvent>> listener) {
    BlockingRead<List<UserEvent>> read =
        (index, wait) ->
            connection.call(
                "watch user events",
                Request.get("/v1/event/list").beyond(index, wait),
                answer -> new Snapshot<>(events(answer), answer.index() == 0 ? 1 : answer.index()));
    return new Watch<List<UserEvent>>(
            connection.loops(),
            "user-events",
            Watch.Index.HASH,
            Watch.waits(connection::isLocal),
            read,
            snapshot -> listener.accept(snapshot.value()))
        .start();
  }

  private static List<UserEvent> events(Answer answer) throws IOException {
    List<UserEvent> events = new ArrayList<>();
    for (JsonNode event : answer.list()) {
      events.add(userEvent(event));
    }
    return events;
  }

  private static UserEvent userEvent(JsonNode event) throws IOException {
    JsonNode payload = event.path("Payload");
    return new UserEvent(
        Answer.text(event.path("ID")),
        event.path("Name").asText(""),
        payload.isTextual()
            ? Optional.of(new String(payload.binaryValue(), StandardCharsets.UTF_8))
            : Optional.empty(),
        filter(event.path("NodeFilter")),
        filter(event.path("ServiceFilter")),
        filter(event.path("TagFilter")));
  }

  private static Optional<String> filter(JsonNode text) {
    return Optional.of(text.asText("")).filter(it -> !it.isEmpty());
  }

  /** Fires an event to the cluster; best effort, as user events are. Returns its ID. */
  public Optional<String> fire(String name, String payload) {
    byte[] body = payload.getBytes(StandardCharsets.UTF_8);
    return connection.call(
        "fire an event",
        Request.put("/v1/event/fire/" + Request.encoded(name), body),
        answer -> Optional.of(Answer.text(answer.json().path("ID"))));
  }

  /**
   * The options of camel-consul's producer for an event that is for some nodes only.
   *
   * @param service regular expression for the name of a service that they have
   * @param tag regular expression for a tag that this service has there
   */
  public static Object only(Optional<String> service, Optional<String> tag) {
    return EndpointClient.only(service, tag);
  }

  /** What a failed request means, in a sentence. */
  public RuntimeException explained(String what, Exception failure) {
    return connection.endpoints().explained(what, failure);
  }
}
