package dev.metronome.embedded;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;

/** /v1/session/. */
final class SessionEndpoint {
  private static final String CREATE = "/v1/session/create";
  private static final String DESTROY = "/v1/session/destroy/";
  private static final String RENEW = "/v1/session/renew/";
  private static final String INFO = "/v1/session/info/";
  private static final String NODE = "/v1/session/node/";
  private static final String LIST = "/v1/session/list";

  private final Store store;
  private final SessionStore sessions;
  private final ClientAgent agent;

  SessionEndpoint(Store store, ClientAgent agent) {
    this.store = store;
    this.sessions = store.sessions();
    this.agent = agent;
  }

  void addTo(Routes routes) {
    routes
        .add("PUT", CREATE, this::create)
        .add("PUT", DESTROY, this::destroy)
        .add("PUT", RENEW, this::renew)
        .add("GET", LIST, request -> list(request, session -> true))
        .add("GET", INFO, this::info)
        .add("GET", NODE, this::ofNode);
  }

  private Reply create(HttpRequest request) throws IOException {
    store.conditions().demand("session", "write", agent.node());
    byte[] body = request.body();
    SessionRequest wanted =
        body.length == 0 ? SessionRequest.EMPTY : ConsulJson.lenient(body, SessionRequest.class);
    Session session = wanted.session(UUID.randomUUID().toString(), agent.node());
    store.write(
        commit -> {
          sessions.create(commit, session);
          return session;
        });
    return Reply.json(Map.of("ID", session.id()));
  }

  private Reply destroy(HttpRequest request) {
    String id = idAfter(request, DESTROY);
    return Reply.json(
        store.write(
            commit -> {
              sessions.destroy(commit, id);
              return true;
            }));
  }

  private Reply renew(HttpRequest request) {
    String id = idAfter(request, RENEW);
    return store
        .read(() -> sessions.renew(id))
        .map(session -> Reply.json(List.of(session)))
        .orElseGet(() -> Reply.text(404, "Session id '" + id + "' not found"));
  }

  private Reply info(HttpRequest request) throws InterruptedException {
    String id = idAfter(request, INFO);
    return list(request, session -> session.id().equals(id));
  }

  private Reply ofNode(HttpRequest request) throws InterruptedException {
    String node = request.after(NODE);
    return list(request, session -> session.node().equals(node));
  }

  private Reply list(HttpRequest request, Predicate<Session> wanted) throws InterruptedException {
    return store.ask(
        request,
        () ->
            QueryAnswer.of(
                sessions.index(),
                Reply.json(sessions.all().stream().filter(wanted).toList()),
                commit -> commit.touched(StoreTable.SESSIONS)));
  }

  private static String idAfter(HttpRequest request, String path) {
    String id = request.after(path);
    if (id.isEmpty()) {
      throw RefusedRequest.malformed("Missing session");
    }
    try {
      return SessionStore.checkId(id);
    } catch (IllegalArgumentException e) {
      throw RefusedRequest.byServer(e.getMessage());
    }
  }
}
