package dev.metronome.pipeline.hook;

import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.ExchangeHelper;

/**
 * What failed when a route failed.
 *
 * @param route its ID
 * @param file where it stands; empty if that is not known
 * @param why in one line, without what an event came with: Camel likes to print whole bodies
 */
public record RouteFailure(String route, String file, String why) {

  private static final int LONGEST = 300;

  /** What {@code toString} prints of a map, of a record. */
  private static final Pattern MAP = Pattern.compile("\\{.*}", Pattern.DOTALL);

  private static final Pattern RECORD = Pattern.compile("\\b([A-Z]\\w*)\\[.*]", Pattern.DOTALL);

  /** Of an exchange that has failed, or is being told so. */
  public static RouteFailure of(Exchange exchange) {
    String route =
        Optional.ofNullable(exchange.getProperty(Exchange.FAILURE_ROUTE_ID, String.class))
            .or(() -> Optional.ofNullable(ExchangeHelper.getAtRouteId(exchange)))
            .orElse("");
    return new RouteFailure(
        route, file(exchange, route), cause(exchange).map(RouteFailure::why).orElse(""));
  }

  /** Why the exchange failed. */
  static Optional<Throwable> cause(Exchange exchange) {
    return Optional.<Throwable>ofNullable(exchange.getException())
        .or(
            () ->
                Optional.ofNullable(
                    exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class)));
  }

  private static String file(Exchange exchange, String id) {
    Route route = exchange.getContext().getRoute(id);
    Resource source = route == null ? null : route.getSourceResource();
    String location = source == null ? "" : source.getLocation();
    return location.startsWith("file:") ? location.substring("file:".length()) : location;
  }

  /** The deepest cause knows best. */
  private static String why(Throwable failure) {
    Throwable deepest = failure;
    while (deepest.getCause() != null && deepest.getCause() != deepest) {
      deepest = deepest.getCause();
    }
    String message = deepest.getMessage();
    String line =
        RECORD
            .matcher(MAP.matcher(message == null ? deepest.toString() : message).replaceAll("{…}"))
            .replaceAll("$1")
            .strip()
            .replaceAll("\\s*\\n\\s*", " ");
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
  }

  /** The route, its file and why. */
  public String sentence() {
    return "the route " + route + (file.isEmpty() ? "" : " (" + file + ")") + " failed: " + why;
  }
}
