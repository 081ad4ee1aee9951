package dev.metronome.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A certificate authority of a test's own, by {@code consul tls}. */
public final class Authority {

  private static final String PASSWORD = "changeit";

  private final Path folder;

  private Authority(Path folder) {
    this.folder = folder;
  }

  /** Makes one in a folder of its own, with a certificate for a server and one for a client. */
  public static Authority in(Path folder) {
    Authority authority = new Authority(folder);
    String consul = RealConsul.binary().toString();
    authority.run(consul, "tls", "ca", "create");
    authority.run(consul, "tls", "cert", "create", "-server", "-dc=dc1");
    authority.run(consul, "tls", "cert", "create", "-client", "-dc=dc1");
    return authority;
  }

  /** One whose certificate for a server has expired, which {@code consul tls} does not make. */
  public static Authority expired(Path folder) throws IOException, GeneralSecurityException {
    Authority authority = new Authority(folder);
    authority.keytool("-genkeypair", "-alias", "ca", "-dname", "CN=ca", "-ext", "bc:c");
    authority.keytool("-genkeypair", "-alias", "server", "-dname", "CN=server");
    authority.keytool("-certreq", "-alias", "server", "-file", "request");
    authority.keytool(
        "-gencert",
        "-alias",
        "ca",
        "-infile",
        "request",
        "-rfc",
        "-startdate",
        "-3d",
        "-validity",
        "1",
        "-ext",
        "san=ip:127.0.0.1,dns:localhost",
        "-outfile",
        "dc1-server-consul-0.pem");
    authority.keytool("-exportcert", "-alias", "ca", "-rfc", "-file", "consul-agent-ca.pem");
    authority.writeKey();
    return authority;
  }

  public Path certificate() {
    return folder.resolve("consul-agent-ca.pem");
  }

  public Path clientCertificate() {
    return folder.resolve("dc1-client-consul-0.pem");
  }

  public Path clientKey() {
    return folder.resolve("dc1-client-consul-0-key.pem");
  }

  /** Consul's settings to show this authority's server certificate at a port. */
  public String settings(int port) {
    return """
    ports { https = %d }
    addresses { https = "127.0.0.1 127.0.0.2" }
    ca_file = "%s"
    cert_file = "%s"
    key_file = "%s"
    """
        .formatted(
            port,
            certificate(),
            folder.resolve("dc1-server-consul-0.pem"),
            folder.resolve("dc1-server-consul-0-key.pem"));
  }

  private void writeKey() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(folder.resolve("keys").toFile(), PASSWORD.toCharArray());
    byte[] key = store.getKey("server", PASSWORD.toCharArray()).getEncoded();
    Files.writeString(
        folder.resolve("dc1-server-consul-0-key.pem"),
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key)
            + "\n-----END PRIVATE KEY-----\n");
  }

  private void keytool(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(List.of("-keystore", "keys", "-storepass", PASSWORD, "-storetype", "PKCS12"));
    if (arguments[0].equals("-genkeypair")) {
      command.addAll(List.of("-keyalg", "RSA", "-keysize", "2048"));
    }
    run(command.toArray(new String[0]));
  }

  private void run(String... command) {
    try {
      Path said = folder.resolve("said");
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start();
      if (!process.waitFor(5, TimeUnit.MINUTES) || process.exitValue() != 0) {
        throw new IllegalStateException(List.of(command) + ": " + Files.readString(said));
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
