package dev.metronome.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.List;

/**
 * A certificate for 127.0.0.1 with its key, in PEM files, as an operator's authority would sign it;
 * the JDK's keytool makes it.
 */
public record SelfSigned(Path certificate, Path key) {

  private static final String PASSWORD = "changeit";

  /** In cert.pem and key.pem of a folder, which is made if need be. */
  public static SelfSigned in(Path folder) throws Exception {
    Files.createDirectories(folder);
    Path store = folder.resolve("store.p12");
    keytool(folder, store);
    KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    return new SelfSigned(
        write(folder.resolve("cert.pem"), "CERTIFICATE", keys.getCertificate("agent").getEncoded()),
        write(
            folder.resolve("key.pem"),
            "PRIVATE KEY",
            keys.getKey("agent", PASSWORD.toCharArray()).getEncoded()));
  }

  /** What it is, to compare. */
  public Certificate read() throws Exception {
    try (InputStream in = Files.newInputStream(certificate)) {
      return CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  private static void keytool(Path folder, Path store) throws Exception {
    List<String> keytool =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-alias",
            "agent",
            "-keyalg",
            "EC",
            "-dname",
            "CN=agent",
            "-ext",
            "san=ip:127.0.0.1",
            "-storetype",
            "PKCS12",
            "-keystore",
            store.toString(),
            "-storepass",
            PASSWORD);
    Process process =
        new ProcessBuilder(keytool)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("keytool.log").toFile())
            .start();
    assertThat(process.waitFor()).isZero();
  }

  private static Path write(Path file, String kind, byte[] der) throws IOException {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    String text = "-----BEGIN %s-----%n%s%n-----END %s-----%n".formatted(kind, body, kind);
    return Files.writeString(file, text);
  }
}
