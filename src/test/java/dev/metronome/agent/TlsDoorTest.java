package dev.metronome.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.metronome.base.tls.PemCertificates;
import dev.metronome.http.access.Role;
import dev.metronome.http.access.User;
import dev.metronome.http.access.UserLine;
import dev.metronome.testing.SelfSigned;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent whose port speaks TLS. */
class TlsDoorTest {

  private static final String TOKEN = UserLine.newToken();

  @TempDir Path folder;
  private Path certificate;
  @AutoClose private AgentCluster cluster;

  @BeforeEach
  void start() throws Exception {
    certificate = SelfSigned.in(folder).certificate();
    Path users = folder.resolve("users");
    Files.writeString(users, UserLine.withToken(new User("u", Role.READ), TOKEN) + "\n");
    cluster =
        new AgentCluster(folder)
            .pattern(AgentCluster.NOTHING)
            .flag("http-host", "0.0.0.0")
            .flag("http-users", users.toString())
            .flag("http-cert", certificate.toString())
            .flag("http-key", folder.resolve("key.pem").toString());
  }

  private HttpResponse<String> ask(String url, Optional<Path> authority) throws Exception {
    HttpClient.Builder client = HttpClient.newBuilder();
    if (authority.isPresent()) {
      SSLContext context = SSLContext.getInstance("TLS");
      TrustManager trust = PemCertificates.trust(PemCertificates.read(authority.get()));
      context.init(null, new TrustManager[] {trust}, null);
      client.sslContext(context);
    }
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url)).header("Authorization", "Bearer " + TOKEN).build();
    return client.build().send(request, BodyHandlers.ofString());
  }

  @Test
  void who_trusts_its_authority_is_answered() throws Exception {
    String url = "https://127.0.0.1:" + cluster.started("a").port() + "/v1/status";

    assertThat(ask(url, Optional.of(certificate)).statusCode()).isEqualTo(200);
    assertThatThrownBy(() -> ask(url, Optional.empty())).isInstanceOf(SSLHandshakeException.class);
    assertThatThrownBy(() -> ask(url.replace("https", "http"), Optional.empty()))
        .as("it does not speak plainly on the side")
        .isInstanceOf(IOException.class);
  }

  @Test
  void consul_and_systemd_find_it_alive() throws Exception {
    Agent agent = cluster.started("a");

    await().until(agent::isAlive);
    await().until(agent::isLeader); // its session needs the check
    await()
        .during(Duration.ofSeconds(3)) // some rounds of the check
        .until(agent::isLeader);
  }

  @Test
  void a_key_that_is_none_is_named() throws Exception {
    Files.writeString(folder.resolve("key.pem"), "nothing");

    assertThatThrownBy(() -> cluster.started("a"))
        .hasMessageContaining("key.pem")
        .hasMessageContaining("no unencrypted private key");
  }

  @Test
  void a_key_of_another_certificate_is_named() throws Exception {
    Path other = SelfSigned.in(folder.resolve("other")).key();
    Files.copy(other, folder.resolve("key.pem"), StandardCopyOption.REPLACE_EXISTING);

    assertThatThrownBy(() -> cluster.started("a"))
        .hasMessageContaining("key.pem does not belong to the certificate in " + certificate);
  }
}
