package dev.metronome.agent;

import dev.metronome.access.Doorkeeper;
import dev.metronome.pem.PemIdentity;
import dev.metronome.pem.TlsMaterialException;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.Service;
import org.apache.camel.component.platform.http.main.DefaultMainHttpServerFactory;
import org.apache.camel.component.platform.http.main.MainHttpServer;
import org.apache.camel.component.platform.http.vertx.auth.AuthenticationConfig;
import org.apache.camel.component.platform.http.vertx.auth.AuthenticationConfig.AuthenticationConfigEntry;
import org.apache.camel.main.HttpServerConfigurationProperties;
import org.apache.camel.support.jsse.KeyManagersParameters;
import org.apache.camel.support.jsse.KeyStoreParameters;
import org.apache.camel.support.jsse.SSLContextParameters;

/**
 * Makes Camel's HTTP server with a doorkeeper before everything that it will serve: Camel takes him
 * for one of its own means of authentication, and has him at the door before it listens.
 */
final class GuardedServers extends DefaultMainHttpServerFactory {

  private static final String KEY_PASSWORD = "in-memory";

  private final Doorkeeper doorkeeper;
  private final Optional<PemIdentity> identity;

  GuardedServers(Doorkeeper doorkeeper, Optional<PemIdentity> identity) {
    this.doorkeeper = doorkeeper;
    this.identity = identity;
  }

  @Override
  public Service newHttpServer(
      CamelContext context, HttpServerConfigurationProperties configuration) {
    MainHttpServer server = (MainHttpServer) super.newHttpServer(context, configuration);
    AuthenticationConfig guarded = new AuthenticationConfig(List.of(new Guard()));
    guarded.setEnabled(true);
    server.getConfiguration().setAuthenticationConfig(guarded);
    identity.map(GuardedServers::tls).ifPresent(server::setSslContextParameters);
    return server;
  }

  private static SSLContextParameters tls(PemIdentity identity) {
    KeyManagersParameters keys = new KeyManagersParameters();
    keys.setKeyStore(new InMemory(identity));
    keys.setKeyPassword(KEY_PASSWORD);
    SSLContextParameters parameters = new SSLContextParameters();
    parameters.setKeyManagers(keys);
    return parameters;
  }

  private final class Guard extends AuthenticationConfigEntry {

    Guard() {
      setPath("/*");
    }

    @Override
    public Handler<RoutingContext> createAuthenticationHandler(Vertx vertx) {
      return doorkeeper;
    }
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
