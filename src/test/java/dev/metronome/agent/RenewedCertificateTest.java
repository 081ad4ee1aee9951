package dev.metronome.agent;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.base.file.ReloadedFiles;
import dev.metronome.base.tls.TrustEverything;
import dev.metronome.config.HttpSettings;
import dev.metronome.testing.LogLines;
import dev.metronome.testing.SelfSigned;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent whose port's certificate is renewed while it runs. */
class RenewedCertificateTest {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir static Path pairs;
  private static SelfSigned first;
  private static SelfSigned second;

  @TempDir Path folder;
  private Path certificate;
  private Path key;
  private LogLines log;
  private AgentCluster cluster;
  private Agent agent;

  @BeforeAll
  static void make() throws Exception {
    first = SelfSigned.in(pairs.resolve("first"));
    second = SelfSigned.in(pairs.resolve("second"));
  }

  @BeforeEach
  void put() throws Exception {
    certificate = folder.resolve("agent.pem");
    key = folder.resolve("agent-key.pem");
    put(first.certificate(), certificate);
    put(first.key(), key);
    log = LogLines.of(ReloadedFiles.class);
  }

  private void start(String interval) throws Exception {
    cluster =
        new AgentCluster(folder)
            .pattern("tasks: {}\nevents: {}\n")
            .flag("reload-interval", interval)
            .flag("http-cert", certificate.toString())
            .flag("http-key", key.toString());
    agent = cluster.started("a");
  }

  @AfterEach
  void stop() {
    cluster.close();
    log.close();
  }

  /** At once and as a whole. */
  private void put(Path from, Path to) throws IOException {
    Path beside = folder.resolve("new");
    Files.copy(from, beside);
    Files.move(beside, to, REPLACE_EXISTING);
  }

  private SSLSocket connect() throws Exception {
    SSLContext context = SSLContext.getInstance("TLS"); // each its own, so that nothing is resumed
    context.init(null, new TrustManager[] {new TrustEverything()}, null);
    SSLSocket socket =
        (SSLSocket)
            context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), agent.port());
    socket.startHandshake();
    return socket;
  }

  private Certificate shown() throws Exception {
    try (SSLSocket socket = connect()) {
      return socket.getSession().getPeerCertificates()[0];
    }
  }

  /** The first line of an answer. */
  private static String answer(SSLSocket socket) throws IOException {
    String request = "GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    socket.getOutputStream().write(request.getBytes(US_ASCII));
    StringBuilder head = new StringBuilder();
    InputStream in = socket.getInputStream();
    while (head.indexOf("\r\n\r\n") < 0) {
      int read = in.read();
      assertThat(read).as("the connection has been closed after %s", head).isNotNegative();
      head.append((char) read);
    }
    String length =
        head.toString().toLowerCase(Locale.ROOT).replaceAll("(?s).*content-length: (\\d+).*", "$1");
    in.readNBytes(Integer.parseInt(length));
    return head.substring(0, head.indexOf("\r\n"));
  }

  @Test
  void it_is_shown_once_its_key_is_there_too_and_open_connections_stay() throws Exception {
    start("50ms");
    try (SSLSocket open = connect()) {
      assertThat(answer(open)).isEqualTo("HTTP/1.1 200 OK");

      put(second.certificate(), certificate); // and not yet its key
      await().atMost(PATIENCE).until(() -> !log.with("state=broken").isEmpty());
      await()
          .during(Duration.ofMillis(500)) // some looks
          .atMost(PATIENCE)
          .until(() -> log.lines().size() == 1);
      assertThat(log.lines().get(0))
          .startsWith("SEVERE certificate=" + certificate + " state=broken the key in " + key)
          .contains("does not belong", "goes on with the one before", "put a certificate and its");
      assertThat(shown()).isEqualTo(first.read());

      put(second.key(), key);
      await().atMost(PATIENCE).untilAsserted(() -> assertThat(shown()).isEqualTo(second.read()));
      await().atMost(PATIENCE).until(() -> log.lines().size() == 2);
      assertThat(log.lines().get(1))
          .startsWith("INFO certificate=" + certificate + " state=repaired expires=");
      await("Consul and systemd ask the port").atMost(PATIENCE).until(agent::isAlive);
      assertThat(answer(open)).isEqualTo("HTTP/1.1 200 OK");
    }
  }

  @Test
  void a_hang_up_has_it_read_at_once() throws Exception {
    start("0");

    Files.writeString(certificate, "half");
    agent.reload();
    assertThat(shown()).isEqualTo(first.read());
    assertThat(said()).singleElement().asString().contains("state=broken", "cannot be read");

    put(second.certificate(), certificate);
    put(second.key(), key);
    assertThat(shown()).isEqualTo(first.read());
    agent.reload();
    assertThat(shown()).isEqualTo(second.read());
    assertThat(said()).singleElement().asString().contains("state=repaired");
    await().atMost(PATIENCE).until(agent::isAlive);

    put(first.certificate(), certificate);
    put(first.key(), key);
    agent.reload();
    assertThat(shown()).isEqualTo(first.read());
    assertThat(said()).singleElement().asString().contains("state=reloaded expires=");

    agent.reload();
    assertThat(said()).singleElement().asString().contains("changed=nothing");
  }

  @Test
  void nobody_who_connects_while_it_is_renewed_is_turned_away() throws Exception {
    start("0");
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger connections = new AtomicInteger();
    Set<Certificate> seen = ConcurrentHashMap.newKeySet();
    CompletableFuture<Void> visitor =
        CompletableFuture.runAsync(
            () -> {
              while (!over.get()) {
                seen.add(shownUnchecked());
                connections.incrementAndGet();
              }
            });
    for (int i = 0; i < 20; i++) {
      SelfSigned next = i % 2 == 0 ? second : first;
      put(next.certificate(), certificate);
      put(next.key(), key);
      int before = connections.get();
      agent.reload();
      await()
          .atMost(PATIENCE)
          .until(() -> visitor.isDone() || connections.get() > before + 1); // one began after it
    }
    over.set(true);

    assertThat(visitor).succeedsWithin(PATIENCE);
    assertThat(seen).containsExactlyInAnyOrder(first.read(), second.read());
  }

  /** Of the certificate since the last call; a hang-up asks for task files too. */
  private List<String> said() {
    return log.taken().stream().filter(line -> line.contains("certificate=")).toList();
  }

  private Certificate shownUnchecked() {
    try {
      return shown();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void one_that_is_renewed_while_the_agent_starts_is_shown() throws Exception {
    start("0");
    PortCertificate early = PortCertificate.read(new HttpSettings.Tls(certificate, key));
    put(second.certificate(), certificate);
    put(second.key(), key);
    early.reload(ReloadedFiles.Occasion.ASKED);
    assertThat(shown()).as("there is no port yet").isEqualTo(first.read());

    early.showBy(VertxPlatformHttpRouter.class.cast(agent.router()).getServer().getServer());
    assertThat(shown()).isEqualTo(second.read());
  }
}
