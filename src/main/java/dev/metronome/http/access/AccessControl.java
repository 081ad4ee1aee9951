package dev.metronome.http.access;

import dev.metronome.http.port.ErrorAnswer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.AuthenticationHandler;
import java.util.Optional;
import java.util.Set;

/**
 * Lets requests in, or says why not. Thread-safe.
 *
 * <p><em>Guarantees</em>: a request that goes on bears the header {@value #VISITOR}, by us and by
 * nobody else: who sends it, {@code name@address}; what it showed to prove that, it no longer
 * bears. A flood of wrong passwords takes one thread, and nothing of who was let in before.
 *
 * <p><em>Does not guarantee</em> that passwords cannot be tried out: some per second can.
 */
public final class AccessControl implements AuthenticationHandler {

  /** Who sends a request that was let in. */
  public static final String VISITOR = "Metronome-Visitor";

  /** What he may do, a {@link Role}, among what is known of a request that was let in. */
  public static final String ROLE = "metronome.role";

  /** The groups that he is of, a list of names, likewise. */
  public static final String GROUPS = "metronome.groups";

  /** Consul's check, which has no password, asks for it; it tells nothing but that we live. */
  public static final String LIVE = "/health/live";

  private static final String VOTE = "/v1/events/[^/]+/approve";
  private static final String HEALTH = "/health";
  private static final String JOLOKIA = "/hawtio/jolokia";
  private static final String AUTHORIZATION = "Authorization";
  private static final Set<HttpMethod> LOOKS =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

  private final OriginCheck provenance;
  private final Optional<Users> users;
  private final RefusalLog turned = new RefusalLog();
  private final PasswordChecks checks = new PasswordChecks();

  /**
   * @param loopback whether only this machine reaches the door
   * @param users who may ask; without them everybody may
   */
  public AccessControl(boolean loopback, Optional<Users> users) {
    this.provenance = new OriginCheck(loopback);
    this.users = users;
  }

  @Override
  public void handle(RoutingContext request) {
    request.request().headers().remove(VISITOR);
    if (isOpenToAll(request.normalizedPath())) {
      request.next();
      return;
    }
    Optional<String> objection = provenance.objection(request.request());
    if (objection.isPresent()) {
      refuse(
          request,
          403,
          objection.get(),
          "ask from a tool or from the page itself, on this machine for http://127.0.0.1");
    } else if (users.isEmpty()) {
      admit(request, User.ANYBODY);
    } else {
      identify(request, users.get());
    }
  }

  private boolean isOpenToAll(String path) {
    return path.equals(LIVE) || (users.isEmpty() && isHealth(path));
  }

  /** Whether this path is about the agent's health, and nothing else. */
  public static boolean isHealth(String path) {
    return path.equals(HEALTH) || path.startsWith(HEALTH + "/");
  }

  private void identify(RoutingContext request, Users known) {
    String header = request.request().getHeader(AUTHORIZATION);
    Optional<RequestCredentials> shown =
        Optional.ofNullable(header).flatMap(RequestCredentials::parse);
    if (shown.isEmpty()) {
      demand(request, "the request does not say who sends it");
    } else if (known.isKnown(shown.get())) {
      decide(request, shown.get(), known.find(shown.get()));
    } else {
      verify(request, shown.get(), known);
    }
  }

  /** On a thread of its own; what arrives of the body meanwhile waits. */
  private void verify(RoutingContext request, RequestCredentials shown, Users known) {
    Optional<Future<Optional<User>>> checked =
        checks.begin(address(request), shown, () -> known.find(shown));
    if (checked.isEmpty()) {
      ErrorAnswer.busy("too many passwords are being checked", "ask again in a second", 1)
          .send(request.response());
      return;
    }
    HttpServerRequest paused = request.request().pause();
    Context own = request.vertx().getOrCreateContext();
    checked
        .get()
        .onComplete(
            found ->
                own.runOnContext(
                    back -> {
                      paused.resume();
                      decide(request, shown, found.result());
                    }));
  }

  private void decide(RoutingContext request, RequestCredentials shown, Optional<User> user) {
    if (user.isEmpty()) {
      turned.away(address(request), shown);
      demand(request, "nobody here has that name and password, or that token");
      return;
    }
    Role needed = needed(request);
    if (!user.get().role().includes(needed)) {
      refuse(
          request,
          403,
          user.get().name() + " may only " + user.get().role().word(),
          "role " + needed.word() + " is needed, see the file that http-users names");
      return;
    }
    admit(request, user.get());
  }

  /** Jolokia is asked by POST, and answers no question that changes anything. */
  private static Role needed(RoutingContext request) {
    boolean look =
        LOOKS.contains(request.request().method()) || request.normalizedPath().startsWith(JOLOKIA);
    boolean vote = request.normalizedPath().matches(VOTE);
    return look ? Role.READ : vote ? Role.APPROVE : Role.WRITE;
  }

  // INVARIANT: promise 9, a password stays at the door: routes do not see it.
  private static void admit(RoutingContext request, User user) {
    request.request().headers().remove(AUTHORIZATION);
    request.request().headers().set(VISITOR, user.name() + "@" + address(request));
    request.put(ROLE, user.role());
    request.put(GROUPS, user.groups());
    request.next();
  }

  private static String address(RoutingContext request) {
    return request.request().remoteAddress().hostAddress();
  }

  private static void demand(RoutingContext request, String error) {
    request
        .response()
        .putHeader("WWW-Authenticate", "Basic realm=\"metronome\", charset=\"UTF-8\"");
    refuse(request, 401, error, "a name and password, or a bearer's token, is needed");
  }

  private static void refuse(RoutingContext request, int status, String error, String hint) {
    new ErrorAnswer(status, error, hint).send(request.response());
  }
}
