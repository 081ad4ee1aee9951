package dev.metronome.consul;

import dev.metronome.base.tls.PemCertificates;
import dev.metronome.base.tls.PemIdentity;
import dev.metronome.base.tls.RenewableIdentity;
import dev.metronome.base.tls.RenewableTrust;
import dev.metronome.base.tls.TlsMaterialException;
import dev.metronome.base.tls.TrustEverything;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import okhttp3.internal.tls.OkHostnameVerifier;
import org.kiwiproject.consul.Consul;

/**
 * The TLS side of a client, from PEM files as Consul's own tools take them. Its certificate and its
 * authorities can be replaced by what their files hold later. Thread-safe.
 */
final class Tls {

  private final SSLContext context;
  private final X509TrustManager trust;
  private final Optional<HostnameVerifier> names;
  private final Optional<RenewableIdentity> identity;
  private final ConnectionPool connections = new ConnectionPool();
  private List<X509Certificate> authorities;

  private Tls(ConsulSettings settings) throws GeneralSecurityException, IOException {
    this.identity = identity(settings).map(RenewableIdentity::new);
    this.authorities = authorities(settings);
    this.trust = trust(settings, authorities);
    this.names = names(settings);
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
    connections.evictAll();
  }

  private static TlsMaterialException unusable(Exception e) {
    return new TlsMaterialException("TLS to Consul cannot be set up: " + e.getMessage(), e);
  }

  private static Optional<HostnameVerifier> names(ConsulSettings settings) {
    if (!settings.verify()) {
      return Optional.of((host, session) -> true);
    }
    return settings
        .tlsServerName()
        .map(name -> (host, session) -> OkHostnameVerifier.INSTANCE.verify(name, session));
  }

  void configure(Consul.Builder builder) {
    builder.withSslContext(context).withTrustManager(trust).withConnectionPool(connections);
    names.ifPresent(builder::withHostnameVerifier);
  }

  void configure(OkHttpClient.Builder builder) {
    builder.sslSocketFactory(context.getSocketFactory(), trust);
    names.ifPresent(builder::hostnameVerifier);
  }

  private static X509TrustManager trust(ConsulSettings settings, List<X509Certificate> authorities)
      throws GeneralSecurityException, IOException {
    if (!settings.https()) {
      return new TrustNothing();
    }
    if (!settings.verify()) {
      return new TrustEverything();
    }
    return authorities.isEmpty()
        ? PemCertificates.trustOfJvm()
        : new RenewableTrust(PemCertificates.trust(authorities));
  }

  /** Of the file, if there is one and it counts. */
  private static List<X509Certificate> authorities(ConsulSettings settings) {
    return settings
        .caCertificate()
        .filter(file -> settings.https() && settings.verify())
        .map(PemCertificates::read)
        .orElse(List.of());
  }

  private static Optional<PemIdentity> identity(ConsulSettings settings) {
    return settings
        .clientCertificate()
        .filter(file -> settings.https())
        .map(file -> PemIdentity.read(file, settings.clientKey().orElseThrow()));
  }

  /** For plain HTTP: without one of its own, the client reads the JVM's 140 authorities for it. */
  private static final class TrustNothing implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("TLS is not configured");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("TLS is not configured");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
