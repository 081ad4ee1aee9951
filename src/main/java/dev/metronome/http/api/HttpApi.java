package dev.metronome.http.api;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.http.port.ErrorAnswer;
import dev.metronome.model.record.Keys;
import dev.metronome.model.schedule.Schedule;
import dev.metronome.pipeline.membership.Roster;
import dev.metronome.pipeline.steering.Canceller;
import dev.metronome.pipeline.steering.Retrier;
import dev.metronome.pipeline.steering.Voter;
import dev.metronome.pipeline.traffic.CronStates;
import dev.metronome.pipeline.traffic.Freezes;
import dev.metronome.state.Crons;
import dev.metronome.state.EventFinder;
import dev.metronome.state.Viewer;
import dev.metronome.state.forecast.Forecaster;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * The HTTP API of an agent, but for the way in of events, which is a route.
 *
 * <p><em>Guarantees</em>: every answer but a log is JSON, errors included; none is kept by a cache.
 */
public final class HttpApi implements AutoCloseable {

  private static final int LAST = Integer.MAX_VALUE - 1; // before the page's own files
  private static final String HINT = "GET /v1/openapi.yaml describes the API";

  private static final int TOO_LARGE = 413;
  private static final long BODY_LIMIT = 16_384;

  /** Where a route of Camel takes a POST. */
  private static final String SUBMIT = "/v1/events";

  private final Map<String, Set<String>> methods = new HashMap<>();
  private final RequestExecutor executor;
  private final StateAnswers views;
  private final LogViews logs;
  private final PlanAnswers planning;
  private final Steering steering;
  private final Approving approving;
  private final TrafficAnswers traffic;

  /**
   * @param schedule the task files in force
   */
  public HttpApi(
      Vertx vertx,
      Viewer viewer,
      Canceller canceller,
      Retrier retrier,
      Voter voter,
      Supplier<Schedule> schedule,
      Forecaster forecaster,
      ConsulConnection connection,
      Keys keys,
      Clock clock) {
    EventFinder finder = new EventFinder(viewer);
    this.executor = new RequestExecutor(vertx);
    this.views = new StateAnswers(viewer, finder, clock);
    this.logs = new LogViews(viewer, finder);
    this.planning = new PlanAnswers(schedule, forecaster, retrier, finder, clock);
    this.traffic =
        new TrafficAnswers(
            new Freezes(connection, keys),
            new CronStates(connection, keys),
            new Crons(connection, keys),
            () -> Roster.read(connection, keys),
            schedule,
            clock);
    this.approving = new Approving(finder, voter, clock);
    this.steering = new Steering(finder, canceller, retrier, planning, clock);
  }

  /** Answers from now on. */
  public void serve(Router router) {
    on(router, HttpMethod.GET, "/v1/status", views::status);
    on(router, HttpMethod.GET, "/v1/events", views::events);
    on(router, HttpMethod.GET, "/v1/events/:id", views::event);
    on(router, HttpMethod.GET, "/v1/events/:id/logs", logs::logs);
    on(router, HttpMethod.GET, "/v1/nodes", views::nodes);
    on(router, HttpMethod.GET, "/v1/nodes/:node", views::node);
    on(router, HttpMethod.GET, "/v1/queue", views::queue);
    on(router, HttpMethod.GET, "/v1/access", HttpApi::access);
    on(router, HttpMethod.GET, "/v1/expected", views::expected);
    on(router, HttpMethod.GET, "/v1/patterns", planning::patterns);
    on(router, HttpMethod.GET, "/v1/plan", planning::plan);
    withBody(router, "/v1/events/:id/cancel", steering::cancel);
    withBody(router, "/v1/events/:id/retry", steering::retry);
    withBody(router, "/v1/events/:id/approve", approving::approve);
    on(router, HttpMethod.DELETE, "/v1/queue/:id", steering::drop);
    on(router, HttpMethod.DELETE, "/v1/freeze", traffic::thaw);
    withBody(router, "/v1/freeze", traffic::freeze);
    on(router, HttpMethod.GET, "/v1/windows", traffic::windows);
    on(router, HttpMethod.GET, "/v1/schedules", traffic::schedules);
    withBody(router, "/v1/schedules/:event/pause", traffic::pause);
    withBody(router, "/v1/schedules/:event/resume", traffic::resume);
    router.route("/v1/*").order(-1).failureHandler(HttpApi::failed);
    on(router, HttpMethod.GET, "/v1/openapi.yaml", HttpApi::description);
    router.route("/v1/*").order(LAST).handler(HttpApi::unknown);
  }

  /** Refuses there what others answer to a GET without parameters; those come behind. */
  public void guard(Router router, String path) {
    router.get(path).handler(HttpApi::demandPlain);
    router.route(path).order(LAST - 1).handler(it -> otherMethod(it, List.of("GET")));
  }

  private static void demandPlain(RoutingContext request) {
    try {
      new ApiRequest(request).demandOnly(Set.of());
    } catch (RequestException e) {
      e.answer().send(request.response());
      return;
    }
    request.next();
  }

  private void on(
      Router router, HttpMethod method, String path, RequestExecutor.Endpoint endpoint) {
    router.route(method, path).handler(request -> executor.receive(request, endpoint));
    methods.computeIfAbsent(path, it -> refuseOthers(router, it)).add(method.name());
  }

  /** What is allowed there, to be completed. */
  private static Set<String> refuseOthers(Router router, String path) {
    Set<String> allowed = new TreeSet<>(path.equals(SUBMIT) ? Set.of("POST") : Set.of());
    router.route(path).order(LAST - 1).handler(request -> otherMethod(request, allowed));
    return allowed;
  }

  private void withBody(Router router, String path, RequestExecutor.Endpoint endpoint) {
    router.post(path).handler(BodyHandler.create(false).setBodyLimit(BODY_LIMIT));
    on(router, HttpMethod.POST, path, endpoint);
  }

  private static void failed(RoutingContext request) {
    if (request.statusCode() != TOO_LARGE) {
      request.next();
      return;
    }
    new ErrorAnswer(TOO_LARGE, "the body is too large; nothing was done", HINT)
        .send(request.response());
  }

  /** For whoever shows what can be done, so that it shows what he may. */
  private static HttpAnswer access(ApiRequest request) {
    request.demandOnly(Set.of());
    return HttpAnswer.json(
        Map.of("By", request.sender(), "Role", request.role().word(), "Groups", request.groups()));
  }

  private static HttpAnswer description(ApiRequest request) {
    request.demandOnly(Set.of());
    try (InputStream in = HttpApi.class.getResourceAsStream("/api/openapi.yaml")) {
      return new HttpAnswer(200, "application/yaml", List.of(in.readAllBytes()).iterator());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void otherMethod(RoutingContext request, Collection<String> methods) {
    String method = request.request().method().name();
    request.response().putHeader("Allow", String.join(", ", methods));
    new ErrorAnswer(405, method + " is nothing to do here", HINT).send(request.response());
  }

  private static void unknown(RoutingContext request) {
    new ErrorAnswer(404, "there is no such thing", HINT).send(request.response());
  }

  @Override
  public void close() {
    executor.close();
  }
}
