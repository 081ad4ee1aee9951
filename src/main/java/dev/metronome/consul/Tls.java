package dev.metronome.consul;

import dev.metronome.pem.PemCertificates;
import dev.metronome.pem.PemIdentity;
import dev.metronome.pem.TlsMaterialException;
import dev.metronome.pem.TrustEverything;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import okhttp3.internal.tls.OkHostnameVerifier;
import org.kiwiproject.consul.Consul;

/**
 * The TLS side of a client, from PEM files as Consul's own tools take them.
 *
 * @param names what decides whether a certificate is the server's, if it is not the client's own
 */
record Tls(SSLContext context, X509TrustManager trust, Optional<HostnameVerifier> names) {

  /**
   * @throws TlsMaterialException if a certificate or key file cannot be used
   */
  static Tls of(ConsulSettings settings) {
    try {
      X509TrustManager trust =
          !settings.https()
              ? new TrustNothing()
              : settings.verify() ? trust(settings) : new TrustEverything();
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys(settings), new TrustManager[] {trust}, null);
      return new Tls(context, trust, names(settings));
    } catch (GeneralSecurityException | IOException e) {
      throw new TlsMaterialException("TLS to Consul cannot be set up: " + e.getMessage(), e);
    }
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
    builder.withSslContext(context).withTrustManager(trust);
    names.ifPresent(builder::withHostnameVerifier);
  }

  private static X509TrustManager trust(ConsulSettings settings)
      throws GeneralSecurityException, IOException {
    Optional<Path> authorities = settings.caCertificate();
    return authorities.isPresent()
        ? PemCertificates.trust(PemCertificates.read(authorities.get()))
        : PemCertificates.trustOfJvm();
  }

  private static KeyManager[] keys(ConsulSettings settings)
      throws GeneralSecurityException, IOException {
    if (!settings.https() || settings.clientCertificate().isEmpty()) {
      return new KeyManager[0];
    }
    Path certificate = settings.clientCertificate().get();
    return PemIdentity.read(certificate, settings.clientKey().orElseThrow()).managers();
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
