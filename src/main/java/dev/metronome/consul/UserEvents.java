package dev.metronome.consul;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.kiwiproject.consul.ConsulException;
import org.kiwiproject.consul.EventClient;
import org.kiwiproject.consul.async.EventResponseCallback;
import org.kiwiproject.consul.model.EventResponse;
import org.kiwiproject.consul.model.event.Event;
import org.kiwiproject.consul.option.ImmutableEventOptions;

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
        (index, wait) -> {
          Answer answer = new Answer();
          connection.countRequest();
          connection.client().eventClient().listEvents(BlockingRead.options(index, wait), answer);
          EventResponse response = answer.await(connection.calls());
          BigInteger hash = response.getIndex();
          return new Snapshot<>(
              response.getEvents().stream().map(UserEvents::userEvent).toList(),
              hash.signum() == 0 ? 1 : hash.longValue());
        };
    return new Watch<List<UserEvent>>(
            connection.loops(),
            "user-events",
            Watch.Index.HASH,
            read,
            snapshot -> listener.accept(snapshot.value()))
        .start();
  }

  private static UserEvent userEvent(Event event) {
    return new UserEvent(
        event.getId(),
        event.getName(),
        event.getPayload(), // the client has decoded it
        event.getNodeFilter().filter(text -> !text.isEmpty()),
        event.getServiceFilter().filter(text -> !text.isEmpty()),
        event.getTagFilter().filter(text -> !text.isEmpty()));
  }

  private static final class Answer implements EventResponseCallback {
    private final CompletableFuture<EventResponse> answer = new CompletableFuture<>();

    @Override
    public void onComplete(EventResponse response) {
      answer.complete(response);
    }

    @Override
    public void onFailure(Throwable throwable) {
      answer.completeExceptionally(throwable);
    }

    EventResponse await(Calls calls) throws InterruptedException {
      try {
        return answer.get();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof ConsulException failure) {
          throw calls.classified("watch user events", failure);
        }
        throw calls.unavailable("watch user events", e.getCause());
      }
    }
  }

  /** Fires an event to the cluster; best effort, as user events are. Returns its ID. */
  public Optional<String> fire(String name, String payload) {
    EventClient client = connection.client().eventClient();
    return Optional.ofNullable(
        connection.call("fire an event", () -> client.fireEvent(name, payload)).getId());
  }

  /**
   * The options of camel-consul's producer for an event that is for some nodes only.
   *
   * @param service regular expression for the name of a service that they have
   * @param tag regular expression for a tag that this service has there
   */
  public static Object only(Optional<String> service, Optional<String> tag) {
    return ImmutableEventOptions.builder().serviceFilter(service).tagFilter(tag).build();
  }

  /** What a failed request means, in a sentence. */
  public RuntimeException explained(String what, Exception failure) {
    return connection.explained(what, failure);
  }
}
