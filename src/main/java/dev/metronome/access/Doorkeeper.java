package dev.metronome.access;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/**
 * Lets requests in, or says why not. Thread-safe.
 *
 * <p><em>Guarantees</em>: a request that goes on bears the header {@value #VISITOR}, by us and by
 * nobody else: who sends it, {@code name@address}.
 */
public final class Doorkeeper implements Handler<RoutingContext> {

  /** Who sends a request that was let in. */
  public static final String VISITOR = "Metronome-Visitor";

  private static final int FIRST = -1_000; // before whatever answers
  private static final int FORBIDDEN = 403;
  private static final String HEALTH = "/health";

  private final Provenance provenance = new Provenance(true);

  /** Stands at the door from now on. */
  public void guard(Router router) {
    router.route().order(FIRST).handler(this);
  }

  @Override
  public void handle(RoutingContext request) {
    request.request().headers().remove(VISITOR);
    if (isHealth(request)) {
      request.next();
      return;
    }
    Optional<String> objection = provenance.objection(request.request());
    if (objection.isPresent()) {
      refuse(
          request, FORBIDDEN, objection.get(), "ask for http://127.0.0.1 from a tool or the page");
      return;
    }
    admit(request, User.ANYBODY);
  }

  private static void admit(RoutingContext request, User user) {
    String address = request.request().remoteAddress().hostAddress();
    request.request().headers().set(VISITOR, user.name() + "@" + address);
    request.next();
  }

  /** Consul's check, which has no password, asks for it; it tells nothing but that we live. */
  private static boolean isHealth(RoutingContext request) {
    String path = request.normalizedPath();
    return path.equals(HEALTH) || path.startsWith(HEALTH + "/");
  }

  private static void refuse(RoutingContext request, int status, String error, String hint) {
    HttpServerResponse response = request.response();
    response.putHeader("Content-Type", "application/json");
    response.putHeader("X-Content-Type-Options", "nosniff");
    response.putHeader("Cache-Control", "no-store");
    response.setStatusCode(status);
    response.end(new JsonObject().put("Error", error).put("Hint", hint).toBuffer());
  }
}
