package dev.metronome.agent;

import dev.metronome.base.file.FileWatch;
import dev.metronome.base.file.ReloadedFiles;
import dev.metronome.base.loop.Loops;
import dev.metronome.base.net.HeldPort;
import dev.metronome.config.ConfigurationException;
import dev.metronome.config.HttpSettings;
import dev.metronome.http.access.AccessControl;
import dev.metronome.http.access.Users;
import dev.metronome.http.api.PostedEvents;
import dev.metronome.http.api.Queries;
import dev.metronome.pipeline.intake.Authenticity;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.main.Main;

/**
 * The agent's one port: Camel's own HTTP server, with its health checks.
 *
 * <p><em>Guarantees</em>: no request is answered before the doorkeeper has let it in, from the
 * first on.
 */
final class HttpServer implements AutoCloseable {

  private static final String HEADERS = "http-headers";

  private final HttpSettings settings;
  private final HeldPort port;
  private final Optional<PortCertificate> certificate;
  private final Optional<Users> users;
  private final SelfCheck selfCheck;
  private final ReadinessGate gate = new ReadinessGate();
  private volatile Optional<FileWatch> watch = Optional.empty();

  private HttpServer(
      HttpSettings settings, Optional<PortCertificate> certificate, Optional<Users> users) {
    this.settings = settings;
    this.port = free(settings);
    this.certificate = certificate;
    this.users = users;
    this.selfCheck = new SelfCheck(url() + AccessControl.LIVE, certificate);
  }

  /**
   * Does not listen yet.
   *
   * @throws PortTakenException if another process listens there
   * @throws dev.metronome.base.tls.TlsMaterialException if its certificate or key cannot be used
   * @throws ConfigurationException if its file of users cannot be used
   */
  static HttpServer of(HttpSettings settings) {
    return new HttpServer(
        settings,
        settings.tls().map(PortCertificate::read),
        settings.users().map(HttpServer::users));
  }

  private static Users users(Path file) {
    try {
      return Users.of(file);
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(e.getMessage(), e);
    }
  }

  /** Held until Camel listens there, or somebody else might be given it meanwhile. */
  private static HeldPort free(HttpSettings settings) {
    try {
      return HeldPort.of(new InetSocketAddress(settings.address(), settings.port()));
    } catch (IOException e) {
      throw new PortTakenException(
          "port "
              + settings.port()
              + " on "
              + settings.address().getHostAddress()
              + " cannot be used ("
              + e.getMessage()
              + "); is another agent running here? Give this one another with --http-port",
          e);
    }
  }

  int port() {
    return port.number();
  }

  /** How this machine reaches it. */
  String url() {
    return settings.scheme() + "://" + settings.ownHost() + ":" + port();
  }

  /** Answered with 200 while the agent is alive; Consul's check asks it. */
  String liveUrl() {
    return url() + AccessControl.LIVE;
  }

  /** Whether it says that the agent is alive, within some seconds. */
  boolean answers() {
    return selfCheck.passes();
  }

  /** Who gets through. */
  Authenticity.Door door() {
    return users.isPresent() ? Authenticity.Door.GUARDED : Authenticity.Door.OPEN;
  }

  /** Before Camel starts. */
  void bind(Main main) {
    AccessControl doorkeeper = new AccessControl(settings.isLoopback(), users);
    main.bind(
        "http-server",
        new GuardedServers(
            List.of(doorkeeper, gate, new Queries()), certificate.map(PortCertificate::inForce)));
    main.bind(HEADERS, new RequestHeaders());
  }

  /** Once Camel listens: the port shows the certificate as its files are from now on. */
  void started(CamelContext context, Duration interval, Loops loops) {
    port.close();
    certificate.ifPresent(
        own -> {
          own.showBy(router(context).getServer().getServer());
          FileWatch looking = new FileWatch("http-certificate", own::look, interval, 1, loops);
          watch = Optional.of(looking);
          looking.start();
        });
  }

  /** All that answers here does so from now on. */
  void open() {
    gate.open();
  }

  /** From now on only the health is told. */
  void shut() {
    gate.close();
  }

  /** Reads the certificate again, now. Any thread. */
  void reload() {
    certificate.ifPresent(own -> own.reload(ReloadedFiles.Occasion.ASKED));
  }

  /** Ends looking at its files, and lets the port go; what listens is Camel's. */
  @Override
  public void close() {
    port.close();
    watch.ifPresent(FileWatch::close);
  }

  /** Where further handlers are added, once it has started. */
  VertxPlatformHttpRouter router(CamelContext context) {
    return VertxPlatformHttpRouter.lookup(
        context, VertxPlatformHttpRouter.getRouterNameFromPort(port()));
  }

  Properties properties() {
    String host = settings.address().getHostAddress();
    Properties properties = new Properties();
    properties.setProperty("camel.server.enabled", "true");
    properties.setProperty("camel.server.host", host);
    properties.setProperty("camel.server.port", Integer.toString(port()));
    properties.setProperty("camel.server.maxBodySize", Integer.toString(PostedEvents.LIMIT));
    properties.setProperty(
        "camel.component.platform-http.headerFilterStrategy", "#bean:" + HEADERS);
    properties.setProperty("camel.management.enabled", "true");
    properties.setProperty("camel.management.host", host);
    properties.setProperty("camel.management.port", Integer.toString(port()));
    return properties;
  }
}
