package dev.metronome.http.api;

import dev.metronome.consul.ConsulDeniedException;
import dev.metronome.consul.ConsulUnavailableException;
import dev.metronome.http.port.AnswerHeaders;
import dev.metronome.http.port.ErrorAnswer;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Json;
import dev.metronome.pipeline.queue.ConsulQueueEndpoint;
import dev.metronome.pipeline.queue.Queue;
import dev.metronome.pipeline.queue.QueueFullException;
import dev.metronome.pipeline.queue.RejectedEventException;
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

  /** Of an exchange: what its sender wants to find in the answer; and the header of that. */
  private static final String PUSHED = "Metronome-Pushed";

  private static final int ACCEPTED = 202;

  static void expect(Exchange exchange, boolean handed) {
    exchange.setProperty(HANDED, handed);
  }

  static void offer(Exchange exchange, List<Event> events) {
    exchange.setProperty(OFFERED, events);
  }

  /** An answer of 202, and no other, shows this. */
  static void expect(Exchange exchange, String word) {
    exchange.setProperty(PUSHED, word);
  }

  /** After they have been offered to the queue. */
  public void answer(Exchange exchange) {
    Map<String, Queue.Receipt> receipts = receipts(exchange);
    String pushed = exchange.getProperty(PUSHED, String.class);
    if (pushed != null) {
      Map<String, String> headers = new LinkedHashMap<>(AnswerHeaders.of("application/json"));
      headers.put(PUSHED, pushed);
      send(exchange, ACCEPTED, headers, Json.text(counted(receipts)));
    } else if (exchange.getProperty(HANDED, false, Boolean.class)) {
      send(exchange, ACCEPTED, counted(receipts));
    } else {
      answerOne(exchange, receipts);
    }
  }

  private static void answerOne(Exchange exchange, Map<String, Queue.Receipt> receipts) {
    String id = offered(exchange).get(0).id();
    if (receipts.get(id) == Queue.Receipt.DUPLICATE) {
      String error = "event " + id + " waits, runs or has ended already";
      send(exchange, new ErrorAnswer(409, error, "").with("ID", id));
    } else {
      send(exchange, ACCEPTED, Map.of("ID", id));
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Queue.Receipt> receipts(Exchange exchange) {
    return exchange.getMessage().getHeader(ConsulQueueEndpoint.RECEIPTS, Map.of(), Map.class);
  }

  @SuppressWarnings("unchecked")
  private static List<Event> offered(Exchange exchange) {
    return exchange.getProperty(OFFERED, List.of(), List.class);
  }

  private static Map<String, Object> counted(Map<String, Queue.Receipt> receipts) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("Accepted", with(receipts, Queue.Receipt.ACCEPTED));
    body.put(
        "Duplicates",
        receipts.values().stream().filter(it -> it == Queue.Receipt.DUPLICATE).count());
    if (receipts.containsValue(Queue.Receipt.REJECTED)) {
      body.put("Rejected", with(receipts, Queue.Receipt.REJECTED));
    }
    return body;
  }

  private static List<String> with(Map<String, Queue.Receipt> receipts, Queue.Receipt wanted) {
    return receipts.entrySet().stream()
        .filter(each -> each.getValue() == wanted)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** When they could not be taken. */
  public void refuse(Exchange exchange) {
    Exception why = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
    send(exchange, refusal(why, offered(exchange)));
  }

  private static ErrorAnswer refusal(Exception why, List<Event> offered) {
    if (why instanceof RequestException refused) {
      return refused.answer();
    }
    if (why instanceof RejectedEventException rejected) {
      return new ErrorAnswer(400, rejected.getMessage(), rejected.hint());
    }
    if (why instanceof QueueFullException full) {
      ErrorAnswer answer = new ErrorAnswer(429, full.getMessage(), "send it again later").after(10);
      for (Map.Entry<String, Object> count : counted(full.receipts()).entrySet()) {
        answer = answer.with(count.getKey(), count.getValue());
      }
      return answer;
    }
    if (why instanceof ConsulUnavailableException unavailable && unavailable.isUnwritten()) {
      return ErrorAnswer.busy(
          why.getMessage() + "; the event was not accepted", "send it again later", 5);
    }
    if (why instanceof ConsulUnavailableException) {
      ErrorAnswer answer =
          ErrorAnswer.busy(
              why.getMessage() + "; whether the event was accepted is not known",
              "send it again with this `id`: it will be taken once",
              5);
      return offered.isEmpty() ? answer : answer.with("ID", offered.get(0).id());
    }
    if (why instanceof ConsulDeniedException) {
      return new ErrorAnswer(502, why.getMessage(), "the agent's token lacks this right");
    }
    LOG.warn("event=posted state=failed", why);
    return new ErrorAnswer(500, "the agent could not take it", "its log says why");
  }

  private static void send(Exchange exchange, ErrorAnswer answer) {
    send(exchange, answer.status(), answer.headers(), answer.body().toString());
  }

  private static void send(Exchange exchange, int status, Map<String, Object> body) {
    send(exchange, status, AnswerHeaders.of("application/json"), Json.text(body));
  }

  /** Without the headers of the request, which Camel would send back. */
  private static void send(
      Exchange exchange, int status, Map<String, String> headers, String body) {
    Message message = exchange.getMessage();
    message.removeHeaders("*");
    message.setHeader(Exchange.HTTP_RESPONSE_CODE, status);
    headers.forEach(message::setHeader);
    message.setBody(body);
  }
}
