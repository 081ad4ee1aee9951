package dev.metronome.inspection;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.impl.BlockingHandlerDecorator;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hawtio's static files, out of the jar, on the agent's port, with Jolokia beneath them. What may
 * be done through Jolokia stands in {@code jolokia-access.xml}: reading, and the operations that
 * show routes.
 *
 * <p><em>Guarantees</em>: a file goes out in pieces, each when the one before it has gone, so that
 * its size costs no memory.
 */
public final class Hawtio {

  /** Where it is. */
  public static final String PATH = "/hawtio";

  private static final Logger LOG = LoggerFactory.getLogger(Hawtio.class);
  private static final String FILES = "/hawtio/";
  private static final String INDEX = "index.html";
  private static final int PIECE = 16_384;
  private static final long PATIENCE_SECONDS = 60;

  /** What it asks its server for before it begins, and what there is to say. */
  private static final Map<String, String> ANSWERS =
      Map.of(
          "user", "\"public\"",
          "plugin", "[]",
          "proxy/enabled", "false",
          "preset-connections", "[]",
          "keycloak/enabled", "false",
          "oidc", "{}",
          "auth/config/login", "{}",
          "auth/config/session-timeout", "{}");

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "json", "application/json",
          "svg", "image/svg+xml",
          "ico", "image/x-icon",
          "woff2", "font/woff2",
          "txt", "text/plain; charset=utf-8");

  private Hawtio() {}

  /** What Camel's management server must be told for Jolokia. */
  public static Properties properties() {
    Properties properties = new Properties();
    properties.setProperty("camel.management.jolokiaEnabled", "true");
    properties.setProperty("camel.management.jolokiaPath", PATH + "/jolokia");
    return properties;
  }

  /** Serves it from now on. */
  public static void serve(CamelContext context, int port) {
    VertxPlatformHttpRouter router =
        VertxPlatformHttpRouter.lookup(
            context, VertxPlatformHttpRouter.getRouterNameFromPort(port));
    router.route(PATH + "/*").order(-1).handler(Visitor::check); // before Jolokia's
    router.get(PATH + "/*").handler(new BlockingHandlerDecorator(Hawtio::answer, false));
    LOG.info("hawtio=http://127.0.0.1:{}{}/", port, PATH);
  }

  private static void answer(RoutingContext request) {
    if (request.normalizedPath().equals(PATH)) {
      request.redirect(PATH + "/");
      return;
    }
    String name = request.normalizedPath().substring(PATH.length() + 1);
    String fixed = ANSWERS.get(name);
    if (fixed != null) {
      request.response().putHeader("Content-Type", "application/json").end(fixed);
      return;
    }
    try {
      file(request.response(), isFile(name) ? name : INDEX);
    } catch (IOException | ExecutionException | TimeoutException e) {
      LOG.debug("hawtio={} not sent: {}", name, e.toString());
      request.response().reset();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      request.response().reset();
    }
  }

  /** Anything else is a place within Hawtio, which its one page shows. */
  private static boolean isFile(String name) {
    return TYPES.containsKey(ending(name)) && Hawtio.class.getResource(FILES + name) != null;
  }

  private static String ending(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }

  private static void file(HttpServerResponse response, String name)
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    response.putHeader("Content-Type", TYPES.get(ending(name)));
    response.putHeader("X-Content-Type-Options", "nosniff");
    boolean named = name.startsWith("static/"); // by a digest of what is in it
    response.putHeader("Cache-Control", named ? "max-age=31536000, immutable" : "no-cache");
    response.setChunked(true);
    try (InputStream in = Hawtio.class.getResourceAsStream(FILES + name)) {
      byte[] piece = new byte[PIECE];
      for (int size = in.read(piece); size >= 0; size = in.read(piece)) {
        Buffer buffer = Buffer.buffer(size).appendBytes(piece, 0, size);
        sent(response, buffer);
      }
    }
    response.end();
  }

  private static void sent(HttpServerResponse response, Buffer piece)
      throws InterruptedException, ExecutionException, TimeoutException {
    response
        .write(piece)
        .toCompletionStage()
        .toCompletableFuture()
        .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }
}
