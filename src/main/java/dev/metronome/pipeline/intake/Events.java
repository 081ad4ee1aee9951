package dev.metronome.pipeline.intake;

import dev.metronome.consul.UserEvent;
import dev.metronome.model.record.Event;
import dev.metronome.model.signature.Signature;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.camel.Body;
import org.apache.camel.Header;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Makes events of what comes in. */
public final class Events {

  private static final Logger LOG = LoggerFactory.getLogger(Events.class);

  private final Clock clock;
  private final Authenticity authenticity;
  private final String by;

  /**
   * @param by this process, {@code agent@NODE}: what its own routes submit is sent by it, and user
   *     events are its node's
   */
  public Events(Clock clock, Authenticity authenticity, String by) {
    this.clock = clock;
    this.authenticity = authenticity;
    this.by = by;
  }

  /**
   * From Consul's own list.
   *
   * @param replayed whether it stood in the ring already when the agent started: what is wrong with
   *     it was said then
   * @return null if it is rejected
   */
  public Event fromUserEvent(
      @Body UserEvent event, @Header(ConsulEventEndpoint.REPLAYED) Boolean replayed) {
    Level level = Boolean.TRUE.equals(replayed) ? Level.DEBUG : Level.WARN;
    return fromUserEvent(event, "consul-event", level).orElse(null);
  }

  /**
   * A user event, if it is authentic and can be an event; else the log says why not, without
   * payload or name.
   *
   * @param source how it came in
   * @param rejected how loud the log says that it is not
   */
  public Optional<Event> fromUserEvent(UserEvent event, String source, Level rejected) {
    Admission admission = authenticity.judge(event);
    if (admission instanceof Admission.Rejected refusal) {
      return rejected(event, rejected, refusal.reason());
    }
    try {
      return Optional.of(read(event, ((Admission.Authentic) admission).signature(), source));
    } catch (IllegalArgumentException e) {
      Level level = rejected == Level.DEBUG ? rejected : Level.WARN;
      return rejected(event, level, e.getMessage());
    }
  }

  /**
   * A user event that Consul hands to {@code push}, if it is authentic; nothing is said of one that
   * is not.
   *
   * @throws IllegalArgumentException if it is authentic and cannot be an event
   */
  public Optional<Event> fromPush(UserEvent event) {
    return authenticity.judge(event) instanceof Admission.Authentic authentic
        ? Optional.of(read(event, authentic.signature(), "push"))
        : Optional.empty();
  }

  private static Optional<Event> rejected(UserEvent event, Level level, String why) {
    LOG.atLevel(level).log("event={} state=rejected {}", event.id(), why);
    return Optional.empty();
  }

  /**
   * INVARIANT: promise 2, and a signature counts once in the cluster: the ID of a signed event is
   * its nonce, so that whoever sends the signature again, as whatever event of Consul's, sends a
   * duplicate. An agent that takes everything gives it the same ID, without knowing the signature.
   */
  private Event read(UserEvent event, Optional<Signature> signature, String source) {
    Optional<Signature> nonce =
        authenticity.mode() == Authenticity.Mode.OPEN
            ? event.payload().flatMap(Signature::parse)
            : signature;
    String id = nonce.map(Signature::nonce).orElse(event.id());
    // Consul does not tell who sent it: the node that took it is where a search begins.
    String taker = source + "@" + by.substring(by.lastIndexOf('@') + 1);
    String signer = signature.map(made -> "key " + made.keyId()).orElse(taker);
    return Event.of(id, event.name(), Map.of(), clock.instant(), source, signer);
  }

  /**
   * @param body an {@link Event}, an event's name, or a map with {@code Name}, and {@code Params}
   *     and {@code ID} if wanted
   * @param traceparent the trace that it continues, as W3C's header says; null if there is none
   * @throws IllegalArgumentException if it is none of these
   */
  public Event fromSubmission(@Body Object body, @Header("traceparent") String traceparent) {
    return traceparent == null
        ? fromSubmission(body)
        : fromSubmission(body).continuing(Optional.of(traceparent));
  }

  private Event fromSubmission(Object body) {
    if (body instanceof Event event) {
      return event;
    }
    if (body instanceof Map<?, ?> map && map.get("Name") instanceof String name) {
      Object id = map.get("ID");
      return event(id == null ? newId() : id.toString(), name, params(map.get("Params")));
    }
    if (body instanceof String name && !name.isBlank()) {
      return event(newId(), name.strip(), Map.of());
    }
    throw new IllegalArgumentException(
        "direct:submit takes an event's name, or a map with Name and, if wanted, Params and ID");
  }

  /**
   * An event that was posted.
   *
   * @param id the sender's own, if wanted; a signed event has the signature's nonce
   * @param sender user@address; a signed event is its key's
   * @throws IllegalArgumentException if it cannot be an event
   */
  public Event fromPost(
      Optional<String> id,
      String name,
      Map<String, String> params,
      Optional<Signature> signature,
      String sender) {
    Optional<String> nonce = signature.map(Signature::nonce);
    if (nonce.isPresent() && id.isPresent() && !id.equals(nonce)) {
      throw new IllegalArgumentException(
          "the ID of a signed event is the signature's: " + nonce.get());
    }
    return Event.of(
        nonce.or(() -> id).orElseGet(Events::newId),
        name,
        params,
        clock.instant(),
        "http",
        signature.map(made -> "key " + made.keyId()).orElse(sender));
  }

  /** An ID that nobody else has. */
  public static String newId() {
    return UUID.randomUUID().toString();
  }

  private Event event(String id, String name, Map<String, String> params) {
    return Event.of(id, name, params, clock.instant(), "route", by);
  }

  private static Map<String, String> params(Object value) {
    Map<String, String> params = new HashMap<>();
    if (value instanceof Map<?, ?> map) {
      map.forEach((name, text) -> params.put(String.valueOf(name), String.valueOf(text)));
    } else if (value != null) {
      throw new IllegalArgumentException("Params must be a map of names to values");
    }
    return params;
  }
}
