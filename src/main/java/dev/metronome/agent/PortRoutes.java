package dev.metronome.agent;

import dev.metronome.http.api.HttpApi;
import dev.metronome.http.stream.ClusterStream;
import dev.metronome.http.web.WebPage;
import dev.metronome.pipeline.steering.Canceller;
import dev.metronome.pipeline.steering.Retrier;
import dev.metronome.pipeline.steering.Voter;
import dev.metronome.state.Viewer;
import dev.metronome.state.forecast.Forecaster;
import java.time.Clock;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;

/** What answers on the agent's port besides routes and Camel's own checks. */
final class PortRoutes implements AutoCloseable {

  private final AgentContext agent;
  private final Forecaster forecaster;
  private volatile HttpApi api;
  private volatile ClusterStream stream;

  PortRoutes(AgentContext agent, Forecaster forecaster) {
    this.agent = agent;
    this.forecaster = forecaster;
  }

  /** Once Camel's HTTP server is there. */
  void open(VertxPlatformHttpRouter router) {
    Clock clock = agent.clock();
    api =
        new HttpApi(
            router.vertx(),
            new Viewer(agent.connection(), agent.keys(), clock),
            new Canceller(agent.connection(), agent.keys()),
            new Retrier(agent.connection(), agent.keys(), agent.signatures()),
            new Voter(agent.connection(), agent.keys(), agent.signatures()),
            agent.files(),
            forecaster,
            agent.connection(),
            agent.keys(),
            clock);
    api.serve(router);
    api.guard(router, ClusterStream.PATH);
    stream = new ClusterStream(router.vertx(), agent.connection(), agent.keys(), clock);
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
