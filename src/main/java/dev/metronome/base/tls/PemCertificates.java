package dev.metronome.base.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** The certificates of a PEM file, in its order; or of all that stand in a folder. */
public final class PemCertificates {

  private PemCertificates() {}

  /**
   * At least one.
   *
   * @throws TlsMaterialException if there is none, or the file cannot be read
   */
  public static List<X509Certificate> read(Path file) {
    if (!Files.isDirectory(file)) {
      return readFile(file);
    }
    try (Stream<Path> files = Files.list(file)) {
      List<X509Certificate> found =
          files
              .filter(Files::isRegularFile)
              .sorted()
              .flatMap(each -> readFile(each).stream())
              .toList();
      if (found.isEmpty()) {
        throw new TlsMaterialException("the folder " + file + " contains no certificate", null);
      }
      return found;
    } catch (IOException e) {
      throw new TlsMaterialException("the folder " + file + " cannot be read: " + e, e);
    }
  }

  private static List<X509Certificate> readFile(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      List<X509Certificate> found =
          CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (found.isEmpty()) {
        throw new TlsMaterialException(file + " contains no certificate in PEM format", null);
      }
      return found;
    } catch (IOException | GeneralSecurityException e) {
      throw new TlsMaterialException(
          "the certificate file " + file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** Trusts what these have signed, and these themselves. */
  public static X509ExtendedTrustManager trust(Collection<X509Certificate> authorities)
      throws GeneralSecurityException, IOException {
    KeyStore store = emptyStore();
    for (X509Certificate certificate : authorities) {
      store.setCertificateEntry("ca-" + store.size(), certificate);
    }
    return trust(store);
  }

  /** Trusts what the JVM's own authorities have signed. */
  public static X509ExtendedTrustManager trustOfJvm() throws GeneralSecurityException {
    return trust((KeyStore) null);
  }

  private static X509ExtendedTrustManager trust(KeyStore store) throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    Stream<TrustManager> managers = Stream.of(factory.getTrustManagers());
    return managers
        .filter(X509ExtendedTrustManager.class::isInstance)
        .map(X509ExtendedTrustManager.class::cast)
        .findFirst()
        .orElseThrow(() -> new GeneralSecurityException("this JVM has no X.509 trust manager"));
  }

  static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }
}
