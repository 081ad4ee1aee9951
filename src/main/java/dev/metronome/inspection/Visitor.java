package dev.metronome.inspection;

import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.util.Set;

/**
 * Whether a request comes from this machine's own page or from a tool, and not from another site
 * that a browser on this machine shows: by the name that it calls us, which defeats a site that has
 * its name point here, and by where it says it comes from.
 */
public final class Visitor {

  private static final int FORBIDDEN = 403;
  private static final Set<String> OWN = Set.of("127.0.0.1", "localhost", "[::1]");

  private Visitor() {}

  /** Lets a request go on, or refuses it. */
  public static void check(RoutingContext request) {
    HostAndPort host = request.request().authority(); // of HTTP/1.1 and HTTP/2 alike
    String origin = request.request().getHeader("Origin");
    if (host != null && isOwn("http://" + host) && (origin == null || isOwn(origin))) {
      request.next();
    } else {
      request.response().setStatusCode(FORBIDDEN).end("not from another site\n");
    }
  }

  private static boolean isOwn(String url) {
    try {
      String host = URI.create(url).getHost();
      return host != null && OWN.contains(host);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
