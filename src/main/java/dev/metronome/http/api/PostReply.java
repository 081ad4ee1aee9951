package dev.metronome.http.api;

import dev.metronome.consul.ConsulDeniedException;
import dev.metronome.consul.ConsulUnavailableException;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Json;
import dev.metronome.pipeline.queue.ConsulQueueEndpoint;
import dev.metronome.pipeline.queue.QueueFullException;
import dev.metronome.pipeline.queue.Receipt;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says to whoever has posted events what became of them, in JSON. Threads: any.
 *
 * <p><em>Guarantees</em>: 202 means that the event stands in the queue, durably. 503 may mean so
 * too; the answer names the ID under which sending again is safe.
 */
public final class PostReply {
  private static final Logger LOG = LoggerFactory.getLogger(PostReply.class);
  private static final String HANDED = "MetronomeHanded";
  private static final String OFFERED = "MetronomeOffered";
  private static final int ACCEPTED = 202;

  static void expect(Exchange exchange, boolean handed) {
    exchange.setProperty(HANDED, handed);
  }

  static void offer(Exchange exchange, List<Event> events) {
    exchange.setProperty(OFFERED, events);
  }

  /** After they have been offered to the queue. */
  public void answer(Exchange exchange) {
    Map<String, Receipt> receipts = receipts(exchange);
    if (exchange.getProperty(HANDED, false, Boolean.class)) {
      send(exchange, ACCEPTED, counted(receipts));
      return;
    }
    String id = offered(exchange).get(0).id();
    if (receipts.get(id) == Receipt.DUPLICATE) {
      Map<String, Object> body = trouble("event " + id + " waits, runs or has ended already", "");
      body.put("ID", id);
      send(exchange, PostException.CONFLICT, body);
    } else {
      send(exchange, ACCEPTED, Map.of("ID", id));
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Receipt> receipts(Exchange exchange) {
    return exchange.getMessage().getHeader(ConsulQueueEndpoint.RECEIPTS, Map.of(), Map.class);
  }

  @SuppressWarnings("unchecked")
  private static List<Event> offered(Exchange exchange) {
    return exchange.getProperty(OFFERED, List.of(), List.class);
  }

  private static Map<String, Object> counted(Map<String, Receipt> receipts) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put(
        "Accepted",
        receipts.entrySet().stream()
            .filter(each -> each.getValue() == Receipt.ACCEPTED)
            .map(Map.Entry::getKey)
            .toList());
    body.put(
        "Duplicates", receipts.values().stream().filter(it -> it == Receipt.DUPLICATE).count());
    return body;
  }

  /** When they could not be taken. */
  public void refuse(Exchange exchange) {
    Exception why = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
    if (why instanceof PostException post) {
      send(exchange, post.status(), trouble(post.getMessage(), post.hint().orElse("")));
    } else if (why instanceof QueueFullException full) {
      Map<String, Object> body = trouble(full.getMessage(), "send it again later");
      body.putAll(counted(full.receipts()));
      send(exchange, 429, body);
      exchange.getMessage().setHeader("Retry-After", 10);
    } else if (why instanceof ConsulUnavailableException) {
      Map<String, Object> body =
          trouble(
              why.getMessage() + "; whether the event was accepted is not known",
              "send it again with this `id`: it will be taken once");
      offered(exchange).stream().limit(1).forEach(event -> body.put("ID", event.id()));
      send(exchange, 503, body);
      exchange.getMessage().setHeader("Retry-After", 5);
    } else if (why instanceof ConsulDeniedException) {
      send(exchange, 502, trouble(why.getMessage(), "the agent's token lacks this right"));
    } else {
      LOG.warn("event=posted state=failed", why);
      send(exchange, 500, trouble("the agent could not take it", "its log says why"));
    }
  }

  private static Map<String, Object> trouble(String error, String hint) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("Error", error);
    if (!hint.isEmpty()) {
      body.put("Hint", hint);
    }
    return body;
  }

  /** Without the headers of the request, which Camel would send back. */
  private static void send(Exchange exchange, int status, Map<String, Object> body) {
    Message message = exchange.getMessage();
    message.removeHeaders("*");
    message.setHeader(Exchange.HTTP_RESPONSE_CODE, status);
    message.setHeader("Content-Type", "application/json");
    message.setHeader("Cache-Control", "no-store");
    message.setHeader("X-Content-Type-Options", "nosniff");
    message.setBody(Json.text(body));
  }
}
