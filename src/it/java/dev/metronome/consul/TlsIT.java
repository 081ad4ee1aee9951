package dev.metronome.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.metronome.testing.AgentProcess;
import dev.metronome.testing.Authority;
import dev.metronome.testing.ConsulKeys;
import dev.metronome.testing.SingleConsul;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS and mutual TLS to real Consuls, with an authority of their own. */
class TlsIT {

  private static final String MUTUAL = "verify_incoming_https = true";

  @TempDir static Path folder;
  private static Authority authority;
  private static SingleConsul consul;
  private static SingleConsul mutual;
  private static int port;
  private static int mutualPort;

  @BeforeAll
  static void start() throws Exception {
    authority = Authority.in(Files.createDirectory(folder.resolve("ca")));
    port = SingleConsul.freePort();
    mutualPort = SingleConsul.freePort();
    consul = SingleConsul.start(folder, "n1", authority.settings(port));
    mutual = SingleConsul.start(folder, "n2", authority.settings(mutualPort), MUTUAL);
  }

  @AfterAll
  static void stop() {
    if (consul != null) {
      consul.close();
    }
    if (mutual != null) {
      mutual.close();
    }
  }

  private static ConsulSettings settings(
      boolean https, String host, int port, Optional<Authority> client, String name, Path ca) {
    return new ConsulSettings(
        https,
        host,
        port,
        Optional.empty(),
        true,
        Optional.ofNullable(ca),
        client.map(Authority::clientCertificate),
        client.map(Authority::clientKey),
        Optional.ofNullable(name),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static ConsulSettings to(int port) {
    return settings(true, "127.0.0.1", port, Optional.empty(), null, authority.certificate());
  }

  private static String name(ConsulSettings settings) {
    try (ConsulConnection connection = ConsulConnection.to(settings)) {
      String name = new Catalog(connection).localNode();
      assertThat(new Rights(connection).denied(List.of())).isPresent();
      return name;
    }
  }

  private static void assertRefused(ConsulSettings settings, String... remedy) {
    assertThatThrownBy(() -> name(settings))
        .isInstanceOf(ConsulUnavailableException.class)
        .message()
        .contains(settings.url())
        .contains(remedy)
        .hasLineCount(1);
  }

  @Test
  void a_certificate_of_the_given_authority_is_trusted() {
    assertThat(name(to(port))).isEqualTo("n1");
  }

  @Test
  void one_of_a_folder_of_authorities_is_trusted() throws Exception {
    Path authorities = Files.createDirectory(folder.resolve("authorities"));
    Authority other = Authority.in(Files.createDirectory(folder.resolve("elsewhere")));
    Files.copy(other.certificate(), authorities.resolve("1.pem"));
    ConsulSettings settings =
        settings(true, "127.0.0.1", port, Optional.empty(), null, authorities);
    assertRefused(settings, "not trusted here");
    Files.copy(authority.certificate(), authorities.resolve("2.pem"));

    assertThat(name(settings)).isEqualTo("n1");
  }

  @Test
  void a_client_certificate_is_shown_where_it_is_asked_for() {
    assertThat(
            name(
                settings(
                    true,
                    "127.0.0.1",
                    mutualPort,
                    Optional.of(authority),
                    null,
                    authority.certificate())))
        .isEqualTo("n2");
  }

  @Test
  void without_one_it_says_which_settings_give_one() {
    assertRefused(to(mutualPort), "asks for a client certificate", "CONSUL_CLIENT_CERT");
  }

  @Test
  void a_client_certificate_of_another_authority_is_told_from_none() throws Exception {
    Authority other = Authority.in(Files.createDirectory(folder.resolve("stranger")));
    assertRefused(
        settings(true, "127.0.0.1", mutualPort, Optional.of(other), null, authority.certificate()),
        "client certificate",
        "client-cert and client-key");
  }

  private static void put(Authority from, Path certificate, Path key) throws IOException {
    Files.copy(from.clientCertificate(), certificate, StandardCopyOption.REPLACE_EXISTING);
    Files.copy(from.clientKey(), key, StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void a_client_certificate_and_authorities_that_are_renewed_are_used_without_a_new_connection()
      throws Exception {
    Authority other = Authority.in(Files.createDirectory(folder.resolve("expiring")));
    Path certificate = folder.resolve("own.pem");
    Path key = folder.resolve("own-key.pem");
    Path ca = Files.copy(other.certificate(), folder.resolve("ca.pem"));
    put(other, certificate, key);
    ConsulSettings settings =
        new ConsulSettings(
            true,
            "127.0.0.1",
            mutualPort,
            Optional.empty(),
            true,
            Optional.of(ca),
            Optional.of(certificate),
            Optional.of(key),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    try (ConsulConnection connection = ConsulConnection.to(() -> settings)) {
      Catalog catalog = new Catalog(connection);
      assertThatThrownBy(catalog::localNode).hasMessageContaining("not trusted here");
      Files.copy(authority.certificate(), ca, StandardCopyOption.REPLACE_EXISTING);
      assertThat(connection.renew()).isTrue();
      assertThatThrownBy(catalog::localNode).hasMessageContaining("client certificate");

      put(authority, certificate, key);
      assertThat(connection.renew()).isTrue();
      assertThat(connection.renew()).as("nothing has changed").isFalse();
      assertThat(catalog.localNode()).isEqualTo("n2");
      assertThat(new Rights(connection).denied(List.of())).isPresent();

      put(other, certificate, key);
      connection.renew();
      assertThatThrownBy(catalog::localNode)
          .as("neither a connection nor a session of before is taken up again")
          .hasMessageContaining("client certificate");

      Files.writeString(key, "half");
      assertThatThrownBy(connection::renew).hasMessageContaining(key.toString());
    }
  }

  @Test
  void a_host_that_is_not_in_the_certificate_is_refused_with_those_that_are() {
    ConsulSettings other =
        settings(true, "127.0.0.2", port, Optional.empty(), null, authority.certificate());
    assertRefused(other, "for other names", "server.dc1.consul", "CONSUL_TLS_SERVER_NAME");
    assertThat(
            name(
                settings(
                    true,
                    "127.0.0.2",
                    port,
                    Optional.empty(),
                    "server.dc1.consul",
                    authority.certificate())))
        .isEqualTo("n1");
    assertRefused(
        settings(true, "127.0.0.1", port, Optional.empty(), "a.example", authority.certificate()),
        "for other names");
  }

  @Test
  void an_authority_that_nobody_has_named_is_refused() throws Exception {
    Authority other = Authority.in(Files.createDirectory(folder.resolve("other")));
    assertRefused(
        settings(true, "127.0.0.1", port, Optional.empty(), null, other.certificate()),
        "not trusted here",
        "CONSUL_CACERT");
    assertRefused(settings(true, "127.0.0.1", port, Optional.empty(), null, null), "CONSUL_CACERT");
  }

  @Test
  void an_expired_certificate_is_refused() throws Exception {
    Authority late = Authority.expired(Files.createDirectory(folder.resolve("late")));
    int latePort = SingleConsul.freePort();
    try (SingleConsul old = SingleConsul.start(folder, "n3", late.settings(latePort))) {
      assertThat(old.port()).isPositive();
      assertRefused(
          settings(true, "127.0.0.1", latePort, Optional.empty(), null, late.certificate()),
          "has expired (NotAfter: ",
          "renew it");
    }
  }

  @Test
  void plain_http_where_tls_is_spoken_and_the_reverse_are_told() {
    assertRefused(
        settings(false, "127.0.0.1", port, Optional.empty(), null, null), "CONSUL_HTTP_SSL=true");
    assertRefused(to(consul.port()), "does not speak TLS at this port");
  }

  @Test
  void an_agent_runs_an_event_over_mutual_tls() throws Exception {
    Path tasks = Files.createDirectories(folder.resolve("site")).resolve("task.yml");
    Files.writeString(
        tasks, "events: {hello: {task: say}}\ntasks: {say: {operations: [{echo: here}]}}\n");
    List<String> options =
        List.of(
            "--host=127.0.0.1",
            "--port=" + mutualPort,
            "--protocol=https",
            "--ca-cert=" + authority.certificate(),
            "--client-cert=" + authority.clientCertificate(),
            "--client-key=" + authority.clientKey(),
            "--files=" + tasks);
    ConsulKeys keys = new ConsulKeys(mutual.address());
    try (AgentProcess agent = AgentProcess.start(folder.resolve("agent.log"), options)) {
      agent.awaitStarted();
      String id = keys.fire("hello");
      await()
          .atMost(Duration.ofMinutes(3))
          .untilAsserted(() -> assertThat(keys.status(id)).isEqualTo("success"));
      assertThat(agent.log()).contains("consul=https://127.0.0.1:" + mutualPort);
    }
  }
}
