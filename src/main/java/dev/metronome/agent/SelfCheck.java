package dev.metronome.agent;

import dev.metronome.base.tls.PemCertificates;
import dev.metronome.base.tls.TlsMaterialException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/** Asks the agent's own port whether the agent lives, as Consul's check and systemd's want it. */
final class SelfCheck {

  private static final int ANSWER_MILLIS = 10_000;

  private final String url;
  private final Optional<PortCertificate> certificate;
  private volatile Trust trust = new Trust(List.of(), null);

  /** Made once for what the port may show. */
  private record Trust(List<X509Certificate> shown, SSLSocketFactory sockets) {}

  /**
   * @param certificate what the port must show, if it speaks TLS; under whatever name
   */
  SelfCheck(String url, Optional<PortCertificate> certificate) {
    this.url = url;
    this.certificate = certificate;
  }

  /** Whether the answer is 200, within some seconds. */
  boolean passes() {
    try {
      HttpURLConnection request =
          (HttpURLConnection) URI.create(url).toURL().openConnection(Proxy.NO_PROXY);
      if (request instanceof HttpsURLConnection secured) {
        secured.setSSLSocketFactory(sockets(certificate.orElseThrow().shown()));
        secured.setHostnameVerifier((name, session) -> true); // it is this very certificate
      }
      request.setConnectTimeout(ANSWER_MILLIS);
      request.setReadTimeout(ANSWER_MILLIS);
      try {
        return request.getResponseCode() == HttpURLConnection.HTTP_OK;
      } finally {
        request.disconnect();
      }
    } catch (IOException e) {
      return false;
    }
  }

  private SSLSocketFactory sockets(List<X509Certificate> shown) {
    Trust known = trust;
    if (!known.shown().equals(shown)) {
      known = new Trust(shown, trusting(shown));
      trust = known;
    }
    return known.sockets();
  }

  private static SSLSocketFactory trusting(List<X509Certificate> shown) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {PemCertificates.trust(shown)}, null);
      return context.getSocketFactory();
    } catch (GeneralSecurityException | IOException e) {
      throw new TlsMaterialException("TLS of the agent's port: " + e.getMessage(), e);
    }
  }
}
