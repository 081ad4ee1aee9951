package dev.metronome.consul;

import dev.metronome.base.tls.PemCertificates;
import dev.metronome.base.tls.PemIdentity;
import dev.metronome.base.tls.RenewableIdentity;
import dev.metronome.base.tls.RenewableTrust;
import dev.metronome.base.tls.TlsMaterialException;
import dev.metronome.base.tls.TrustEverything;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * The TLS side of a client, from PEM files as Consul's own tools take them. Its certificate and its
 * authorities can be replaced by what their files hold later. Thread-safe.
 */
final class Tls {

  private final SSLContext context;
  private final X509TrustManager trust;
  private final boolean verify;
  private final String name;
  private final Optional<RenewableIdentity> identity;
  private final AtomicInteger generation = new AtomicInteger();
  private List<X509Certificate> authorities;

  private Tls(ConsulSettings settings) throws GeneralSecurityException, IOException {
    this.identity = identity(settings).map(RenewableIdentity::new);
    this.authorities = authorities(settings);
    this.trust = trust(settings, authorities);
    this.verify = settings.verify();
    this.name = settings.tlsServerName().orElse(settings.host());
    this.context = SSLContext.getInstance("TLS");
    KeyManager[] keys = identity.stream().toArray(KeyManager[]::new);
    context.init(keys, new TrustManager[] {trust}, null);
  }

  /**
   * @throws TlsMaterialException if a certificate or key file cannot be used
   */
  static Tls of(ConsulSettings settings) {
    try {
      return new Tls(settings);
    } catch (GeneralSecurityException | IOException e) {
      throw unusable(e);
    }
  }

  /** Moves on when the certificate or the authorities do: a connection of before shows the old. */
  int generation() {
    return generation.get();
  }

  SSLContext context() {
    return context;
  }

  X509TrustManager trust() {
    return trust;
  }

  /** TLS over a connection; the handshake is done. */
  Socket over(Socket plain) throws IOException {
    SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, name, 0, true);
    if (verify) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(parameters);
    }
    socket.startHandshake();
    return socket;
  }

  /**
   * Takes what the files hold now, all of it or nothing; connections that are in use stay.
   *
   * @return whether it is something else
   * @throws TlsMaterialException if a file cannot be used
   */
  synchronized boolean renew(ConsulSettings settings) {
    Optional<PemIdentity> own = identity(settings);
    List<X509Certificate> trusted = authorities(settings);
    boolean otherOwn = identity.isPresent() && !own.equals(identity.map(RenewableIdentity::newest));
    boolean others = !trusted.equals(authorities);
    try {
      if (others && trust instanceof RenewableTrust renewable) {
        renewable.put(PemCertificates.trust(trusted));
      }
    } catch (GeneralSecurityException | IOException e) {
      throw unusable(e);
    }
    authorities = trusted;
    if (otherOwn) {
      identity.get().put(own.orElseThrow());
    }
    if (otherOwn || others) {
      beginAnew();
    }
    return otherOwn || others;
  }

  /** A connection that is taken up again, or a session of TLS, would show the one before. */
  private void beginAnew() {
    SSLSessionContext sessions = context.getClientSessionContext();
    Collections.list(sessions.getIds()).stream()
        .map(sessions::getSession)
        .filter(Objects::nonNull)
        .forEach(SSLSession::invalidate);
    generation.incrementAndGet();
  }

  private static TlsMaterialException unusable(Exception e) {
    return new TlsMaterialException("TLS to Consul cannot be set up: " + e.getMessage(), e);
  }

  private static X509TrustManager trust(ConsulSettings settings, List<X509Certificate> authorities)
      throws GeneralSecurityException, IOException {
    if (!settings.verify()) {
      return new TrustEverything();
    }
    return new RenewableTrust(
        authorities.isEmpty() ? PemCertificates.trustOfJvm() : PemCertificates.trust(authorities));
  }

  /** Of the file, if there is one and it counts. */
  private static List<X509Certificate> authorities(ConsulSettings settings) {
    return settings
        .caCertificate()
        .filter(file -> settings.verify())
        .map(PemCertificates::read)
        .orElse(List.of());
  }

  private static Optional<PemIdentity> identity(ConsulSettings settings) {
    return settings
        .clientCertificate()
        .map(file -> PemIdentity.read(file, settings.clientKey().orElseThrow()));
  }
}
