package dev.metronome.agent;

import dev.metronome.api.HttpApi;
import dev.metronome.config.Configuration;
import dev.metronome.fault.SkewedClock;
import dev.metronome.forecast.Forecaster;
import dev.metronome.log.Redaction;
import dev.metronome.view.Viewer;
import java.time.Clock;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;

/** What answers on the agent's port besides routes: opened before the first route answers there. */
final class Door implements AutoCloseable {

  private final Configuration configuration;
  private final Core core;
  private final TaskFiles files;
  private volatile HttpApi api;

  Door(Configuration configuration, Core core, TaskFiles files) {
    this.configuration = configuration;
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
            files,
            new Forecaster(
                files,
                core.connection,
                core.keys,
                configuration.flag("skippable"),
                Redaction.of(configuration.secrets())::apply,
                clock),
            clock);
    api.serve(router);
  }

  @Override
  public void close() {
    if (api != null) {
      api.close();
    }
  }
}
