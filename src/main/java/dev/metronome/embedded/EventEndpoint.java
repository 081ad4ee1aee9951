package dev.metronome.embedded;

import java.io.IOException;
import java.util.Base64;
import java.util.UUID;

/** /v1/event/. */
final class EventEndpoint {
  private static final String FIRE = "/v1/event/fire/";
  private static final String LIST = "/v1/event/list";

  private final Store store;
  private final Agents agents;
  private final ClientAgent agent;

  EventEndpoint(Store store, Agents agents, ClientAgent agent) {
    this.store = store;
    this.agents = agents;
    this.agent = agent;
  }

  void addTo(Routes routes) {
    routes.add("PUT", FIRE, this::fire).add("GET", LIST, this::list);
  }

  private Reply fire(HttpRequest request) throws IOException {
    String name = request.after(FIRE);
    if (name.isEmpty()) {
      throw RefusedRequest.malformed("Missing name");
    }
    if (store.conditions().isDenied("event", "write", name)) {
      throw new RefusedRequest(403, "Permission denied"); // whatever the version
    }
    byte[] payload = request.body();
    int limit = store.conditions().profile().eventBody();
    if (payload.length > limit) {
      throw new RefusedRequest(
          413,
          "Request body(%d bytes) too large, max size: %d bytes.".formatted(payload.length, limit));
    }
    FiredEvent event =
        new FiredEvent(
            UUID.randomUUID().toString(),
            name,
            payload.length == 0 ? null : Base64.getEncoder().encodeToString(payload),
            request.parameter("node").orElse(""),
            request.parameter("service").orElse(""),
            request.parameter("tag").orElse(""),
            1,
            0);
    store.write(
        commit -> {
          agents.fire(commit, event, payload.length);
          return event;
        });
    return Reply.json(event);
  }

  private Reply list(HttpRequest request) throws InterruptedException {
    String name = request.parameter("name").orElse("");
    return store.ask(request, () -> agent.events().list(name));
  }
}
