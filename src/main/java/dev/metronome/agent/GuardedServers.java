package dev.metronome.agent;

import dev.metronome.base.tls.PemIdentity;
import dev.metronome.base.tls.TlsMaterialException;
import dev.metronome.http.port.Bounds;
import dev.metronome.http.port.ConnectionLimiter;
import dev.metronome.telemetry.health.HealthAnswers;
import io.vertx.core.Handler;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.Service;
import org.apache.camel.component.platform.http.main.DefaultMainHttpServerFactory;
import org.apache.camel.component.platform.http.main.MainHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import org.apache.camel.main.HttpServerConfigurationProperties;
import org.apache.camel.support.jsse.KeyManagersParameters;
import org.apache.camel.support.jsse.KeyStoreParameters;
import org.apache.camel.support.jsse.SSLContextParameters;

/**
 * Makes Camel's HTTP server, bounded, with those before everything that it will serve who decide
 * what gets that far; they stand there before it listens.
 */
final class GuardedServers extends DefaultMainHttpServerFactory {

  private static final String KEY_PASSWORD = "in-memory";

  /** Far enough before what has no order of its own, or -1. */
  private static final int FIRST = -1_000;

  private final List<Handler<RoutingContext>> guards;
  private final Optional<PemIdentity> identity;

  /**
   * @param guards in the order in which a request meets them
   */
  GuardedServers(List<Handler<RoutingContext>> guards, Optional<PemIdentity> identity) {
    this.guards = List.copyOf(guards);
    this.identity = identity;
  }

  @Override
  public Service newHttpServer(
      CamelContext context, HttpServerConfigurationProperties configuration) {
    MainHttpServer usual = (MainHttpServer) super.newHttpServer(context, configuration);
    VertxPlatformHttpServerConfiguration settings = usual.getConfiguration();
    identity.map(GuardedServers::tls).ifPresent(settings::setSslContextParameters);
    return new BoundedServer(
        settings, new ConnectionLimiter(Bounds.usual()), router -> place(router, context));
  }

  private void place(Router router, CamelContext context) {
    List<Handler<RoutingContext>> all = new ArrayList<>(guards);
    all.add(new HealthAnswers(context));
    for (int i = 0; i < all.size(); i++) {
      router.route().order(FIRST + i).handler(all.get(i));
    }
  }

  private static SSLContextParameters tls(PemIdentity identity) {
    KeyManagersParameters keys = new KeyManagersParameters();
    keys.setKeyStore(new InMemory(identity));
    keys.setKeyPassword(KEY_PASSWORD);
    SSLContextParameters parameters = new SSLContextParameters();
    parameters.setKeyManagers(keys);
    return parameters;
  }

  /** Camel reads key stores; ours was read from PEM files. */
  private static final class InMemory extends KeyStoreParameters {

    private final PemIdentity identity;

    InMemory(PemIdentity identity) {
      this.identity = identity;
    }

    @Override
    public KeyStore createKeyStore() throws GeneralSecurityException {
      try {
        return identity.store(KEY_PASSWORD.toCharArray());
      } catch (IOException e) {
        throw new TlsMaterialException("TLS of the agent's port: " + e.getMessage(), e);
      }
    }
  }
}
