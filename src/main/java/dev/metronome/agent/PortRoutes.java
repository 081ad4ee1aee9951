package dev.metronome.agent;

import dev.metronome.base.crash.SkewedClock;
import dev.metronome.http.api.HttpApi;
import dev.metronome.http.stream.ClusterStream;
import dev.metronome.http.web.WebPage;
import dev.metronome.pipeline.steering.Canceller;
import dev.metronome.pipeline.steering.Retrier;
import dev.metronome.state.Viewer;
import java.time.Clock;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;

/** What answers on the agent's port besides routes and Camel's own checks. */
final class PortRoutes implements AutoCloseable {

  private final Core core;
  private final TaskFiles files;
  private volatile HttpApi api;
  private volatile ClusterStream stream;

  PortRoutes(Core core, TaskFiles files) {
    this.core = core;
    this.files = files;
  }

  /** Once Camel's HTTP server is there. */
  void open(VertxPlatformHttpRouter router) {
    Clock clock = SkewedClock.system();
    api =
        new HttpApi(
            router.vertx(),
            new Viewer(core.connection, core.keys, clock),
            new Canceller(core.connection, core.keys),
            new Retrier(core.connection, core.keys, core.signatures),
            files,
            core.forecaster,
            clock);
    api.serve(router);
    api.guard(router, ClusterStream.PATH);
    stream = new ClusterStream(router.vertx(), core.connection, core.keys, clock);
    stream.serve(router);
    new WebPage().serve(router);
  }

  @Override
  public void close() {
    if (stream != null) {
      stream.close();
    }
    if (api != null) {
      api.close();
    }
  }
}
