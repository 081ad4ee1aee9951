package dev.metronome.base.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;

/**
 * What one side of TLS shows of itself.
 *
 * @param chain its certificate, and those that lead from there to an authority
 */
public record PemIdentity(List<X509Certificate> chain, PrivateKey key) {

  private static final char[] NO_PASSWORD = new char[0];

  /**
   * @throws TlsMaterialException if a file cannot be used, or the key is not the certificate's
   */
  public static PemIdentity read(Path certificate, Path key) {
    List<X509Certificate> chain = PemCertificates.read(certificate);
    PublicKey publicKey = chain.get(0).getPublicKey();
    PrivateKey own = PemKey.read(key, publicKey);
    if (!PemKey.belong(own, publicKey)) {
      throw new TlsMaterialException(
          "the key in " + key + " does not belong to the certificate in " + certificate, null);
    }
    return new PemIdentity(chain, own);
  }

  /** For a context of this JVM's TLS. */
  public KeyManager[] managers() throws GeneralSecurityException, IOException {
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store(NO_PASSWORD), NO_PASSWORD);
    return factory.getKeyManagers();
  }

  /** In memory, with that password. */
  public KeyStore store(char[] password) throws GeneralSecurityException, IOException {
    KeyStore store = PemCertificates.emptyStore();
    store.setKeyEntry("own", key, password, chain.toArray(new X509Certificate[0]));
    return store;
  }
}
