package dev.metronome.http.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.metronome.consul.UserEvent;
import dev.metronome.model.record.Event;
import dev.metronome.model.signature.Statement;
import dev.metronome.pipeline.intake.Admission;
import dev.metronome.pipeline.intake.Authenticity;
import dev.metronome.pipeline.intake.Events;
import dev.metronome.pipeline.intake.Expectation;
import dev.metronome.pipeline.intake.HandedEvents;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Makes events of what is posted to an agent: one as JSON, or those that a Consul watch of type
 * event hands over. Judges each by what it shows.
 *
 * <p>Threads: any.
 */
public final class PostedEvents {
  private static final Logger LOG = LoggerFactory.getLogger(PostedEvents.class);

  private static final String VISITOR = "Metronome-Visitor";

  /** What is read at most; a ring of 256 user events is far below it. */
  public static final int LIMIT = 1 << 20;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .build();

  private final Events events;
  private final Authenticity authenticity;
  private final Expectation expectation;
  private final Authenticity.Door door;
  private final PushedEvents pushes;

  /**
   * @param pushes what the launcher of {@code push} asks for
   */
  public PostedEvents(
      Events events,
      Authenticity authenticity,
      Expectation expectation,
      Authenticity.Door door,
      PushedEvents pushes) {
    this.events = events;
    this.authenticity = authenticity;
    this.expectation = expectation;
    this.door = door;
    this.pushes = pushes;
  }

  /**
   * The events that may be offered; of those that a watch hands over others are left out, and said
   * in the log.
   *
   * @throws RequestException if it is no such thing, or the one event may not be sent
   */
  public List<Event> read(Exchange exchange) throws IOException {
    Message message = exchange.getMessage();
    List<Event> read =
        type(message).equals(PushedEvents.TYPE)
            ? pushes.read(array(tree(pushes.body(exchange))))
            : told(exchange);
    List<Event> offered = read.stream().map(event -> event.continuing(trace(message))).toList();
    PostReply.offer(exchange, offered);
    return offered;
  }

  private List<Event> told(Exchange exchange) throws IOException {
    Message message = exchange.getMessage();
    demandJson(message);
    byte[] body = message.getBody(byte[].class);
    JsonNode tree = tree(body == null ? new byte[0] : body);
    PostReply.expect(exchange, tree.isArray() || tree.isNull());
    return tree.isArray() || tree.isNull() ? handed(tree) : List.of(posted(tree, sender(message)));
  }

  /** The sender's, as W3C says: a header that is there twice, or malformed, is none. */
  private static Optional<String> trace(Message message) {
    return message.getHeader("traceparent") instanceof String text
        ? Optional.of(text)
        : Optional.empty();
  }

  private static String type(Message message) {
    String type = message.getHeader("Content-Type", "", String.class).toLowerCase(Locale.ROOT);
    return type.split(";", 2)[0].strip();
  }

  private static void demandJson(Message message) {
    if (!type(message).equals("application/json")) {
      throw new RequestException(
          415,
          "the body must be JSON, and be said to be",
          "send the header Content-Type: application/json");
    }
  }

  private static JsonNode tree(byte[] body) throws IOException {
    try {
      return MAPPER.readTree(body);
    } catch (JsonProcessingException e) {
      String place =
          e.getLocation() == null
              ? ""
              : " at line "
                  + e.getLocation().getLineNr()
                  + ", column "
                  + e.getLocation().getColumnNr();
      throw RequestException.badRequest("the body is no JSON" + place, "nothing was queued");
    }
  }

  private List<Event> handed(JsonNode tree) {
    List<Event> offered = new ArrayList<>();
    for (UserEvent event : array(tree)) {
      events.fromUserEvent(event, "watch", Level.WARN).ifPresent(offered::add);
    }
    return offered;
  }

  private static List<UserEvent> array(JsonNode tree) {
    try {
      return HandedEvents.of(tree);
    } catch (IllegalArgumentException e) {
      throw RequestException.badRequest(
          "the body must be Consul's array of events, found " + e.getMessage());
    }
  }

  /** As the door has seen him; no client can write this header itself. */
  private static String sender(Message message) {
    return message.getHeader(VISITOR, "http", String.class);
  }

  private Event posted(JsonNode tree, String sender) {
    Posting posting = Posting.of(tree);
    Admission verdict = judge(posting);
    if (verdict instanceof Admission.Rejected rejected) {
      throw rejected(rejected);
    }
    Event event = event(posting, (Admission.Authentic) verdict, sender);
    posting.plan().ifPresent(plan -> demandSame(plan, event));
    return event;
  }

  private Admission judge(Posting posting) {
    return door == Authenticity.Door.GUARDED && posting.shown().isEmpty()
        ? new Admission.Authentic(Optional.empty())
        : authenticity.judge(Statement.of(posting.name(), posting.params()), posting.shown());
  }

  private static RequestException rejected(Admission.Rejected rejected) {
    LOG.warn("event=posted state=rejected {}", rejected.reason());
    return new RequestException(
        rejected.why() == Admission.Why.MISSING ? 401 : 403,
        "the event was rejected: " + rejected.reason(),
        "metronome sign EVENT --param NAME=VALUE makes the text for `payload`");
  }

  private Event event(Posting posting, Admission.Authentic verdict, String sender) {
    if (verdict.signature().isPresent()) {
      demandCovered("limit", posting.limit());
      demandCovered("override", posting.override());
      demandCovered("ahead", Optional.of(posting.ahead()).filter(it -> it));
    }
    try {
      return events
          .fromPost(posting.id(), posting.name(), posting.params(), verdict.signature(), sender)
          .limited(posting.limit())
          .overriding(posting.override())
          .ahead(posting.ahead())
          .confirmed(posting.plan());
    } catch (IllegalArgumentException e) {
      throw RequestException.badRequest(e.getMessage());
    }
  }

  private static void demandCovered(String field, Optional<?> value) {
    if (value.isPresent()) {
      throw RequestException.badRequest(
          "a signature does not cover `" + field + "`",
          "send it by `metronome fire --" + field + "`");
    }
  }

  private void demandSame(String plan, Event event) {
    List<String> changes;
    try {
      changes = expectation.changes(plan, event);
    } catch (IllegalArgumentException e) {
      throw RequestException.badRequest(e.getMessage());
    }
    if (!changes.isEmpty()) {
      throw RequestException.changed(changes);
    }
  }
}
