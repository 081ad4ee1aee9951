package dev.metronome.base.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Whom a client trusts, which can be replaced while it is in use. Thread-safe. */
public final class RenewableTrust extends X509ExtendedTrustManager {

  private volatile X509ExtendedTrustManager newest;

  public RenewableTrust(X509ExtendedTrustManager first) {
    this.newest = first;
  }

  /** In force for handshakes from now on. */
  public void put(X509ExtendedTrustManager trust) {
    newest = trust;
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    newest.checkClientTrusted(chain, type);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    newest.checkServerTrusted(chain, type);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    newest.checkClientTrusted(chain, type, socket);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    X509ExtendedTrustManager trust = newest;
    try {
      trust.checkServerTrusted(chain, type, socket);
    } catch (CertificateException e) {
      trust.checkServerTrusted(chain, type);
      throw new OtherNameException(chain[0], e); // with any name it would be trusted
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    newest.checkClientTrusted(chain, type, engine);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    newest.checkServerTrusted(chain, type, engine);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return newest.getAcceptedIssuers();
  }
}
