package dev.metronome.pipeline.hook;

import dev.metronome.base.log.PrintableText;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Says in the log that a route has failed, with the event; bean {@code route-failures} of routes.
 * The same failure with the same event is said once and then every ten minutes. Thread-safe.
 */
public final class RouteFailures {

  private static final Logger LOG = LoggerFactory.getLogger("dev.metronome.route");
  private static final Duration REMINDER = Duration.ofMinutes(10);
  private static final int REMEMBERED = 200;

  /** Where routes have an event's ID, the surest first. */
  private static final List<String> HEADERS = List.of("MetronomeEventId", "MetronomeItem");

  private final LongSupplier nanos;
  private final Map<String, Long> said =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > REMEMBERED;
        }
      };

  /**
   * @param nanos of the monotonic clock
   */
  public RouteFailures(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** What the route does from now on, it does for this event. */
  public static void about(Exchange exchange, String eventId) {
    exchange.getMessage().setHeader(HEADERS.get(0), eventId);
  }

  /** Of an exchange that a route's {@code onException} has. */
  public void say(Exchange exchange) {
    RouteFailure failure = RouteFailure.of(exchange);
    String event = event(exchange);
    String line = "route=" + failure.route() + " state=failed " + PrintableText.of(failure.why());
    boolean news = isNews(event + line);
    if (!event.isEmpty()) {
      isNews(line); // by a timer the same fails without its event
    }
    LOG.atLevel(news ? Level.WARN : Level.DEBUG).log(event + line);
  }

  private static String event(Exchange exchange) {
    Object body = exchange.getMessage().getBody();
    if (body instanceof Map<?, ?> result && isResult(result)) {
      Object id = result.containsKey("EventID") ? result.get("EventID") : result.get("ID");
      return "event=" + id + " name=" + result.get("Name") + " ";
    }
    return HEADERS.stream()
        .map(name -> exchange.getMessage().getHeader(name, String.class))
        .filter(id -> id != null && !id.isEmpty())
        .findFirst()
        .map(id -> "event=" + PrintableText.of(id) + " ")
        .orElse("");
  }

  private static boolean isResult(Map<?, ?> body) {
    return body.containsKey("Status") && (body.containsKey("ID") || body.containsKey("EventID"));
  }

  private synchronized boolean isNews(String line) {
    long now = nanos.getAsLong();
    Long before = said.get(line);
    if (before != null && now - before < REMINDER.toNanos()) {
      return false;
    }
    said.remove(line);
    said.put(line, now);
    return true;
  }
}
