package dev.metronome.telemetry.health;

import dev.metronome.http.port.AnswerHeaders;
import dev.metronome.http.port.ErrorAnswer;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers {@code /health}, {@code /health/live} and {@code /health/ready} in Camel's form. Camel's
 * own answers wait their turn behind whatever else of the port blocks a thread; on these the
 * agent's session hangs.
 *
 * <p><em>Guarantees</em>: each has a thread of its own, and waits for nothing but its own checks;
 * whoever asks while they are looked at is told by the next look, so that many who ask cost as much
 * as two.
 */
public final class HealthAnswers implements Handler<RoutingContext> {

  private static final Logger LOG = LoggerFactory.getLogger(HealthAnswers.class);

  /** What all checks of ours belong to. */
  static final String GROUP = "metronome";

  private static final String FULL = "full";
  private static final long IDLE_SECONDS = 60;
  private static final int UNAVAILABLE = 503;

  private enum Kind {
    ALL("/health"),
    LIVE("/health/live"),
    READY("/health/ready");

    private final String path;

    Kind(String path) {
      this.path = path;
    }

    static Optional<Kind> of(String path) {
      for (Kind kind : values()) {
        if (path.equals(kind.path)) {
          return Optional.of(kind);
        }
      }
      return Optional.empty();
    }

    Collection<HealthCheck.Result> results(CamelContext context, String level) {
      return switch (this) {
        case ALL -> HealthCheckHelper.invoke(context, level);
        case LIVE -> HealthCheckHelper.invokeLiveness(context, level);
        case READY -> HealthCheckHelper.invokeReadiness(context, level);
      };
    }
  }

  private final CamelContext context;
  private final Map<Kind, Desk> desks = new EnumMap<>(Kind.class);

  public HealthAnswers(CamelContext context) {
    this.context = context;
    for (Kind kind : Kind.values()) {
      desks.put(kind, new Desk(kind));
    }
  }

  @Override
  public void handle(RoutingContext request) {
    Optional<Kind> kind = Kind.of(request.normalizedPath());
    HttpMethod method = request.request().method();
    if (kind.isEmpty()) {
      request.next();
    } else if (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD)) {
      desks.get(kind.get()).ask(request);
    } else {
      new ErrorAnswer(405, method + " is nothing to do here", "GET it").send(request.response());
    }
  }

  /** Those who ask one question, and the thread that looks. */
  private final class Desk {
    private final Kind kind;
    private final ExecutorService thread;
    private List<RoutingContext> waiting = new ArrayList<>();

    Desk(Kind kind) {
      this.kind = kind;
      ThreadPoolExecutor one =
          new ThreadPoolExecutor(
              1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), this::named);
      one.allowCoreThreadTimeOut(true);
      this.thread = one;
    }

    private Thread named(Runnable work) {
      Thread made = new Thread(work, GROUP + kind.path.replace('/', '-'));
      made.setDaemon(true);
      return made;
    }

    synchronized void ask(RoutingContext request) {
      waiting.add(request);
      if (waiting.size() == 1) {
        thread.execute(this::answer);
      }
    }

    private synchronized List<RoutingContext> take() {
      List<RoutingContext> taken = waiting;
      waiting = new ArrayList<>();
      return taken;
    }

    private void answer() {
      Optional<Health> usual = Optional.empty();
      Optional<Health> full = Optional.empty();
      for (RoutingContext request : take()) {
        boolean all = FULL.equals(request.request().getParam("exposureLevel"));
        try {
          if (all && full.isEmpty()) {
            full = Optional.of(Health.of(context, kind, FULL));
          } else if (!all && usual.isEmpty()) {
            usual = Optional.of(Health.of(context, kind, "default"));
          }
          (all ? full : usual).orElseThrow().send(request);
        } catch (RuntimeException e) { // whoever asks next may be told
          LOG.debug("path={} state=failed", kind.path, e);
          ErrorAnswer.busy("the agent could not look at its health", "ask again", 1)
              .send(request.response());
        }
      }
    }
  }

  /** What there is to say. */
  private record Health(boolean up, String json) {

    static Health of(CamelContext context, Kind kind, String level) {
      Collection<HealthCheck.Result> results = kind.results(context, level);
      boolean up = HealthCheckHelper.isResultsUp(results, kind == Kind.READY);
      JsonArray checks = new JsonArray();
      results.stream()
          .filter(result -> level.equals(FULL) || result.getState() == HealthCheck.State.DOWN)
          .forEach(result -> checks.add(check(result)));
      JsonObject root = new JsonObject().put("status", up ? "UP" : "DOWN");
      return new Health(up, (checks.isEmpty() ? root : root.put("checks", checks)).encode());
    }

    private static JsonObject check(HealthCheck.Result result) {
      JsonObject json =
          new JsonObject()
              .put("name", result.getCheck().getId())
              .put("status", result.getState().name());
      result.getMessage().ifPresent(message -> json.put("message", message));
      return json;
    }

    void send(RoutingContext request) {
      if (request.response().ended() || request.response().closed()) {
        return;
      }
      AnswerHeaders.put(request.response(), "application/json");
      request.response().setStatusCode(up ? 200 : UNAVAILABLE).end(json);
    }
  }
}
