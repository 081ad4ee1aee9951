package dev.metronome.base.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys as openssl writes them, in each of the three forms. */
class PemKeyTest {

  @TempDir Path folder;

  @BeforeEach
  void needsOpenssl() {
    assumeTrue(
        Stream.of(System.getenv("PATH").split(":"))
            .anyMatch(place -> Files.isExecutable(Path.of(place, "openssl"))),
        "openssl is not installed");
  }

  private void openssl(String... arguments) throws IOException, InterruptedException {
    List<String> command = Stream.concat(Stream.of("openssl"), Stream.of(arguments)).toList();
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("openssl.log").toFile())
            .start();
    assertThat(process.waitFor()).as(Files.readString(folder.resolve("openssl.log"))).isZero();
  }

  private PublicKey certified(String key) throws Exception {
    openssl("req", "-x509", "-key", key, "-out", "cert.pem", "-subj", "/CN=test", "-days", "2");
    try (InputStream in = Files.newInputStream(folder.resolve("cert.pem"))) {
      return CertificateFactory.getInstance("X.509").generateCertificate(in).getPublicKey();
    }
  }

  private void belongs(String key, PublicKey publicKey) {
    PrivateKey read = PemKey.read(folder.resolve(key), publicKey);

    assertThat(PemKey.belong(read, publicKey)).isTrue();
  }

  @Test
  void an_rsa_key_is_read_in_pkcs8_and_pkcs1() throws Exception {
    openssl("genrsa", "-out", "any.pem", "2048");
    openssl("pkcs8", "-topk8", "-nocrypt", "-in", "any.pem", "-out", "pkcs8.pem");
    openssl("rsa", "-in", "any.pem", "-traditional", "-out", "pkcs1.pem");
    PublicKey publicKey = certified("pkcs8.pem");

    assertThat(folder.resolve("pkcs8.pem")).content().contains("BEGIN PRIVATE KEY");
    assertThat(folder.resolve("pkcs1.pem")).content().contains("BEGIN RSA PRIVATE KEY");
    belongs("pkcs8.pem", publicKey);
    belongs("pkcs1.pem", publicKey);
  }

  @Test
  void an_elliptic_key_is_read_in_pkcs8_and_sec1() throws Exception {
    openssl("ecparam", "-name", "prime256v1", "-genkey", "-out", "sec1.pem");
    openssl("pkcs8", "-topk8", "-nocrypt", "-in", "sec1.pem", "-out", "pkcs8.pem");
    PublicKey publicKey = certified("pkcs8.pem");

    assertThat(folder.resolve("sec1.pem")).content().contains("BEGIN EC PRIVATE KEY");
    belongs("pkcs8.pem", publicKey);
    belongs("sec1.pem", publicKey);
  }

  @Test
  void an_encrypted_key_a_certificate_and_no_key_are_refused_by_name() throws Exception {
    openssl("genrsa", "-out", "any.pem", "2048");
    openssl(
        "pkcs8", "-topk8", "-in", "any.pem", "-passout", "pass:secret", "-out", "encrypted.pem");
    PublicKey publicKey = certified("any.pem");

    for (String file : List.of("encrypted.pem", "cert.pem", "missing.pem")) {
      assertThatThrownBy(() -> PemKey.read(folder.resolve(file), publicKey))
          .isInstanceOf(TlsMaterialException.class)
          .hasMessageContaining(file);
    }
  }

  @Test
  void a_key_of_another_certificate_is_refused_by_name() throws Exception {
    openssl("genrsa", "-out", "rsa.pem", "2048");
    openssl("genrsa", "-out", "rsa2.pem", "2048");
    openssl("genpkey", "-algorithm", "ed25519", "-out", "ed.pem");
    openssl("genpkey", "-algorithm", "ed25519", "-out", "ed2.pem");
    openssl("ecparam", "-name", "prime256v1", "-genkey", "-out", "ec.pem");
    openssl("ecparam", "-name", "prime256v1", "-genkey", "-out", "ec2.pem");
    openssl("ecparam", "-name", "secp384r1", "-genkey", "-out", "ec3.pem");

    for (String key : List.of("rsa", "ed", "ec")) {
      certified(key + ".pem");
      assertThat(identity(key).chain()).hasSize(1);
      assertThatThrownBy(() -> identity(key + "2"))
          .isInstanceOf(TlsMaterialException.class)
          .hasMessageContainingAll("2.pem does not belong to the certificate in", "cert.pem");
    }
    assertThatThrownBy(() -> identity("ec3")).hasMessageContaining("does not belong");
    assertThatThrownBy(() -> identity("rsa")).hasMessageContaining("rsa.pem cannot be used");
  }

  private PemIdentity identity(String key) {
    return PemIdentity.read(folder.resolve("cert.pem"), folder.resolve(key + ".pem"));
  }
}
