package dev.metronome.http.access;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.net.URI;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a request comes from our own page or from a tool, and not from another site that a
 * browser shows: by the name that it calls us, which defeats a site that has its name point here,
 * and by where it says it comes from.
 */
final class OriginCheck {

  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");
  private static final Set<String> OWN_FETCHES = Set.of("same-origin", "none");

  private final boolean loopback;

  /**
   * @param loopback whether we are only reached from this machine, hence by one of its names
   */
  OriginCheck(boolean loopback) {
    this.loopback = loopback;
  }

  /** What speaks against it, if something does. */
  Optional<String> objection(HttpServerRequest request) {
    HostAndPort host = request.authority(); // of HTTP/1.1 and HTTP/2 alike
    if (host == null || (loopback && !LOOPBACK.contains(host.host()))) {
      return Optional.of("the Host of the request is no name of this machine's loopback address");
    }
    String origin = request.getHeader("Origin");
    if (origin != null && !isOwn(origin, host)) {
      return Optional.of("the request comes from another site");
    }
    String fetch = request.getHeader("Sec-Fetch-Site");
    return fetch == null || OWN_FETCHES.contains(fetch) || isFollowedLink(request)
        ? Optional.empty()
        : Optional.of("the request comes from another site");
  }

  /** A browser leaves another site for our page; what that asks for then is its own. */
  private static boolean isFollowedLink(HttpServerRequest request) {
    return request.method().equals(HttpMethod.GET)
        && "navigate".equals(request.getHeader("Sec-Fetch-Mode"))
        && "document".equals(request.getHeader("Sec-Fetch-Dest"))
        && !request.path().startsWith("/v1/");
  }

  private static boolean isOwn(String origin, HostAndPort host) {
    try {
      URI from = URI.create(origin);
      return from.getHost() != null
          && from.getHost().equalsIgnoreCase(host.host())
          && port(from.getPort(), from.getScheme()) == port(host.port(), from.getScheme());
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static int port(int given, String scheme) {
    int usual = "https".equals(scheme) ? 443 : 80;
    return given > 0 ? given : usual;
  }
}
