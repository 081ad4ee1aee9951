package dev.metronome.agent;

import dev.metronome.pem.PemCertificates;
import dev.metronome.pem.PemIdentity;
import dev.metronome.pem.TlsMaterialException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/** Asks the agent's own port whether the agent lives, as Consul's check and systemd's want it. */
final class SelfCheck {

  private static final int ANSWER_MILLIS = 10_000;

  private final String url;
  private final Optional<SSLSocketFactory> sockets;

  /**
   * @param identity what the port must show, if it speaks TLS; under whatever name
   */
  SelfCheck(String url, Optional<PemIdentity> identity) {
    this.url = url;
    this.sockets = identity.map(SelfCheck::trusting);
  }

  /** Whether the answer is 200, within some seconds. */
  boolean passes() {
    try {
      HttpURLConnection request =
          (HttpURLConnection) URI.create(url).toURL().openConnection(Proxy.NO_PROXY);
      if (request instanceof HttpsURLConnection secured) {
        secured.setSSLSocketFactory(sockets.orElseThrow());
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

  private static SSLSocketFactory trusting(PemIdentity identity) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      TrustManager own = PemCertificates.trust(identity.chain().subList(0, 1));
      context.init(null, new TrustManager[] {own}, null);
      return context.getSocketFactory();
    } catch (GeneralSecurityException | IOException e) {
      throw new TlsMaterialException("TLS of the agent's port: " + e.getMessage(), e);
    }
  }
}
