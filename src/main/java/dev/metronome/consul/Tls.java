package dev.metronome.consul;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import okhttp3.internal.tls.OkHostnameVerifier;
import org.kiwiproject.consul.Consul;

/**
 * The TLS side of a client, from PEM files as Consul's own tools take them.
 *
 * @param names what decides whether a certificate is the server's, if it is not the client's own
 */
record Tls(SSLContext context, X509TrustManager trust, Optional<HostnameVerifier> names) {

  private static final char[] NO_PASSWORD = new char[0];

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
      context.init(
          settings.https() ? keys(settings).orElse(null) : null, new TrustManager[] {trust}, null);
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
    KeyStore authorities = null; // the JVM's own
    if (settings.caCertificate().isPresent()) {
      authorities = emptyStore();
      for (Certificate certificate : certificates(settings.caCertificate().get())) {
        authorities.setCertificateEntry("ca-" + authorities.size(), certificate);
      }
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(authorities);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509TrustManager x509) {
        return x509;
      }
    }
    throw new GeneralSecurityException("this JVM has no X.509 trust manager");
  }

  private static Optional<KeyManager[]> keys(ConsulSettings settings)
      throws GeneralSecurityException, IOException {
    if (settings.clientCertificate().isEmpty()) {
      return Optional.empty();
    }
    List<Certificate> chain = certificates(settings.clientCertificate().get());
    PrivateKey key = PemKey.read(settings.clientKey().orElseThrow(), chain.get(0).getPublicKey());
    KeyStore store = emptyStore();
    store.setKeyEntry("client", key, NO_PASSWORD, chain.toArray(new Certificate[0]));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, NO_PASSWORD);
    return Optional.of(factory.getKeyManagers());
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  private static List<Certificate> certificates(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      List<Certificate> found =
          new ArrayList<>(CertificateFactory.getInstance("X.509").generateCertificates(in));
      if (found.isEmpty()) {
        throw new TlsMaterialException(file + " contains no certificate in PEM format", null);
      }
      return found;
    } catch (IOException | GeneralSecurityException e) {
      throw new TlsMaterialException(
          "the certificate file " + file + " cannot be read: " + e.getMessage(), e);
    }
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

  /** For {@code insecure-skip-verify}: the user asked for no verification at all. */
  private static final class TrustEverything extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
