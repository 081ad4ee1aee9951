package dev.metronome.http.web;

import dev.metronome.http.port.ErrorAnswer;
import dev.metronome.http.web.WebFiles.Keeping;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.impl.BlockingHandlerDecorator;

/**
 * The web page at {@code /}: its files, which know nothing of this cluster; what they show they ask
 * the HTTP API for. At {@code /} a browser gets them as three, compressed ({@link PageBundle}); at
 * {@code /index.html} each as it was written.
 *
 * <p><em>Guarantees</em>: a browser takes nothing for the page but its own files, and runs no
 * script that stands in data (Content-Security-Policy); no other page can frame it.
 */
public final class WebPage {

  private static final int LAST = Integer.MAX_VALUE; // after everything that has a path of its own

  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private final WebFiles files = new WebFiles("/web/");
  private PageBundle bundle;

  /** Serves it from now on. */
  public void serve(Router router) {
    router.get("/*").order(LAST).handler(new BlockingHandlerDecorator(this::answer, false));
  }

  private void answer(RoutingContext request) {
    String path = request.normalizedPath().substring(1);
    PageBundle.Part part = bundle().part(path);
    if (part == null && !files.has(path)) {
      request.next(); // to whoever says that there is no such thing
      return;
    }
    HttpServerResponse response = request.response();
    String query = request.request().query();
    if (query != null && !query.isEmpty()) {
      new ErrorAnswer(
              400, "there are no query parameters here", "ask for " + request.normalizedPath())
          .send(response);
      return;
    }
    response.putHeader("Content-Security-Policy", POLICY);
    response.putHeader("Referrer-Policy", "no-referrer");
    response.putHeader("Cross-Origin-Opener-Policy", "same-origin");
    response.putHeader("Cross-Origin-Resource-Policy", "same-origin");
    if (part == null) {
      files.send(request, path, Keeping.UNTIL_CHANGED);
    } else {
      WebFiles.send(request, part);
    }
  }

  /** Made when the first one comes: most agents are never looked at. */
  private synchronized PageBundle bundle() {
    if (bundle == null) {
      bundle = PageBundle.make();
    }
    return bundle;
  }
}
