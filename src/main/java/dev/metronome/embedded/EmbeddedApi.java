package dev.metronome.embedded;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.util.List;

/** The HTTP API of one agent. */
final class EmbeddedApi implements HttpHandler {
  private final Routes routes = new Routes();
  private final Conditions conditions;

  EmbeddedApi(Store store, Agents agents, ClientAgent agent) {
    conditions = store.conditions();
    routes.add("GET", "/v1/status/leader", request -> Reply.json("127.0.0.1:8300"));
    routes.add("GET", "/v1/status/peers", request -> Reply.json(List.of("127.0.0.1:8300")));
    new KeyValueEndpoint(store).addTo(routes);
    new TransactionEndpoint(store).addTo(routes);
    new SessionEndpoint(store, agent).addTo(routes);
    new EventEndpoint(store, agents, agent).addTo(routes);
    new CatalogEndpoint(store).addTo(routes);
    new AgentEndpoint(store, agents, agent).addTo(routes);
    new AgentRegistrationEndpoint(store, agent).addTo(routes);
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try {
      reply(exchange).send(exchange);
    } catch (CutAnswer e) {
      exchange.close();
    }
  }

  private Reply reply(HttpExchange exchange) throws IOException {
    try {
      HttpRequest request = HttpRequest.of(exchange);
      conditions.admit(request);
      String path = exchange.getRequestURI().getRawPath();
      return path.contains("//")
          ? Reply.empty(301).with("Location", path.replaceAll("/{2,}", "/"))
          : routes.find(request).answer(request);
    } catch (CutAnswer e) {
      throw e;
    } catch (RefusedRequest e) {
      return e.reply();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Reply.text(500, "the embedded Consul is closing");
    } catch (RuntimeException e) {
      return Reply.text(500, "the embedded Consul failed: " + e);
    }
  }
}
