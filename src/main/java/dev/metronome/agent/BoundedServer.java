package dev.metronome.agent;

import dev.metronome.http.port.ConnectionLimiter;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.util.function.Consumer;
import org.apache.camel.component.platform.http.PlatformHttpConstants;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import org.apache.camel.component.vertx.common.VertxHelper;

/**
 * Camel's HTTP server, with our limits before it and our handlers before all others.
 *
 * <p>Why it is no setting of Camel's: of a server's options Camel passes on TLS alone.
 */
final class BoundedServer extends VertxPlatformHttpServer {

  private final VertxPlatformHttpServerConfiguration configuration;
  private final ConnectionLimiter limiter;
  private final Consumer<Router> first;
  private volatile HttpServer server;

  /**
   * @param first adds what comes before everything that is added later
   */
  BoundedServer(
      VertxPlatformHttpServerConfiguration configuration,
      ConnectionLimiter limiter,
      Consumer<Router> first) {
    super(configuration);
    this.configuration = configuration;
    this.limiter = limiter;
    this.first = first;
  }

  @Override
  protected Vertx lookupVertx() {
    return null; // one of somebody else's would have no limits
  }

  @Override
  protected Vertx createVertxInstance() {
    return limiter.vertx();
  }

  @Override
  protected void initializeServer() {
    super.initializeServer();
    first.accept(router());
  }

  private Router router() {
    return VertxPlatformHttpRouter.lookup(
        getCamelContext(), VertxPlatformHttpRouter.getRouterNameFromPort(configuration.getPort()));
  }

  @Override
  protected void startServer() throws Exception {
    HttpServerOptions options = limiter.options();
    if (configuration.getSslContextParameters() != null) {
      VertxHelper.setupSSLOptions(
          getCamelContext(), configuration.getSslContextParameters(), options);
    }
    server =
        getVertx()
            .createHttpServer(options)
            .connectionHandler(limiter::connected)
            .requestHandler(router());
    await(server.listen(configuration.getBindPort(), configuration.getBindHost()));
  }

  @Override
  protected void stopServer() {
    HttpServer listening = server;
    if (listening != null) {
      server = null;
      getCamelContext().removeComponent(PlatformHttpConstants.PLATFORM_HTTP_COMPONENT_NAME);
      await(listening.close());
    }
  }

  @Override
  protected void stopVertx() {
    Vertx running = getVertx();
    if (running != null) {
      await(running.close());
    }
  }

  private static void await(Future<?> future) {
    future.toCompletionStage().toCompletableFuture().join();
  }

  @Override
  public HttpServer getServer() {
    return server;
  }

  @Override
  public int getPort() {
    HttpServer listening = server;
    return listening == null ? configuration.getBindPort() : listening.actualPort();
  }
}
