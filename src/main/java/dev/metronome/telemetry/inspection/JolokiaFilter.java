package dev.metronome.telemetry.inspection;

import dev.metronome.http.port.ErrorAnswer;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Before Jolokia: lets through what costs little enough, one request at a time, on a thread of its
 * own.
 *
 * <p><em>Guarantees</em>: nothing else of the agent waits for Jolokia; at most {@value
 * #MOST_WAITING} wait for it; a body has at most {@value #MOST_BYTES} bytes.
 */
// INVARIANT: promise 8, everything is bounded.
final class JolokiaFilter {

  static final int MOST_WAITING = 8;
  static final int MOST_BYTES = 1 << 16;

  private static final int FIRST = -10;
  private static final int TOO_LARGE = 413;
  private static final long IDLE_SECONDS = 60;

  private final String path;
  private final Handler<RoutingContext> jolokia;
  private final ThreadPoolExecutor thread;

  JolokiaFilter(String path, Handler<RoutingContext> jolokia) {
    this.path = path;
    this.jolokia = jolokia;
    this.thread =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MOST_WAITING),
            JolokiaFilter::named);
    thread.allowCoreThreadTimeOut(true);
  }

  private static Thread named(Runnable work) {
    Thread made = new Thread(work, "metronome-jolokia");
    made.setDaemon(true);
    return made;
  }

  /** Stands before Camel's own from now on, which is not asked any more. */
  void serve(Router router) {
    router
        .route(path + "/*")
        .order(FIRST)
        .handler(BodyHandler.create(false).setBodyLimit(MOST_BYTES))
        .handler(this::receive)
        .failureHandler(JolokiaFilter::failed);
  }

  private void receive(RoutingContext request) {
    Optional<ErrorAnswer> objection = objection(request);
    if (objection.isPresent()) {
      objection.get().send(request.response());
      return;
    }
    try {
      thread.execute(() -> answer(request));
    } catch (RejectedExecutionException e) {
      ErrorAnswer.busy("too many ask Jolokia", "ask again in some seconds", 2)
          .send(request.response());
    }
  }

  private Optional<ErrorAnswer> objection(RoutingContext request) {
    HttpMethod method = request.request().method();
    if (method.equals(HttpMethod.POST)) {
      byte[] body =
          request.body().buffer() == null ? new byte[0] : request.body().buffer().getBytes();
      return JolokiaRequest.objection(body);
    }
    if (!method.equals(HttpMethod.GET)) {
      return Optional.of(new ErrorAnswer(405, method + " is nothing to do here", "GET or POST it"));
    }
    String asked = request.normalizedPath().substring(path.length());
    return JolokiaRequest.objection(asked.startsWith("/") ? asked.substring(1) : asked);
  }

  private void answer(RoutingContext request) {
    if (request.response().closed()) {
      return; // whoever has given up meanwhile costs nothing more
    }
    try {
      jolokia.handle(request);
    } catch (RuntimeException e) {
      new ErrorAnswer(500, "Jolokia could not answer", "ask for less").send(request.response());
    }
  }

  private static void failed(RoutingContext request) {
    if (request.statusCode() == TOO_LARGE) {
      new ErrorAnswer(TOO_LARGE, "the body is too large", MOST_BYTES / 1_024 + " KiB is the most")
          .send(request.response());
    } else {
      request.next();
    }
  }
}
