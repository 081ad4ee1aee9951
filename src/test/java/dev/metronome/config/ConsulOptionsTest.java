package dev.metronome.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metronome.consul.ConsulSettings;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConsulOptionsTest {
  @TempDir Path folder;

  private Configurations sources() {
    return Configurations.in(folder);
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.5:8600,          http://10.0.0.5:8600",
    "10.0.0.5,               http://10.0.0.5:8500",
    "consul:8501,            https://consul:8501",
    "http://consul:8501,     http://consul:8501",
    "https://consul:8500,    https://consul:8500",
    "HTTPS://consul:8500/,   https://consul:8500",
    "https://consul,         https://consul:443",
    "http://consul,          http://consul:80",
    "[::1]:8500,             http://[::1]:8500",
    "https://[fd00::1]:8501, https://[fd00::1]:8501",
  })
  void consuls_address_is_understood_in_each_of_its_forms(String address, String url) {
    assertThat(sources().environment("CONSUL_HTTP_ADDR", address).read().consul().url())
        .isEqualTo(url);
  }

  @Test
  void a_unix_socket_is_an_address_too() {
    ConsulSettings named =
        sources().environment("CONSUL_HTTP_ADDR", "unix:///run/c.sock").read().consul();
    assertThat(named.url()).isEqualTo("unix:///run/c.sock");
    assertThat(named.socket()).contains(Path.of("/run/c.sock"));
    assertThat(sources().flag("host", "unix:///run/d.sock").read().consul().socket())
        .contains(Path.of("/run/d.sock"));
  }

  @Test
  void a_unix_socket_with_tls_is_refused() {
    Configuration both =
        sources().flag("host", "unix:///run/c.sock").flag("protocol", "https").read();
    assertThatThrownBy(both::consul)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("a unix socket (unix:///run/c.sock) speaks no TLS");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://x:1", "unix:/x", "x:y", "http://x:1/path", "a b:1:2", "::1"})
  void another_address_is_refused(String address) {
    assertThatThrownBy(sources().environment("CONSUL_HTTP_ADDR", address)::read)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("CONSUL_HTTP_ADDR: expected host:port");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://x", "unix:x", "unix://x", "x:8500", "x/y", "", "u@x"})
  void a_host_is_a_name_or_an_address_alone(String host) {
    Configuration read = sources().flag("host", host).read();
    assertThatThrownBy(read::consul)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("--host: `host` must be a name or an address alone");
  }

  @Test
  void all_of_consuls_variables_are_honoured() {
    ConsulSettings consul =
        sources()
            .environment("CONSUL_HTTP_SSL", "true")
            .environment("CONSUL_HTTP_SSL_VERIFY", "0")
            .environment("CONSUL_HTTP_TOKEN", "t")
            .environment("CONSUL_CACERT", "ca.pem")
            .environment("CONSUL_CLIENT_CERT", "/c.pem")
            .environment("CONSUL_CLIENT_KEY", "/k.pem")
            .environment("CONSUL_TLS_SERVER_NAME", "server.dc1.consul")
            .environment("CONSUL_NAMESPACE", "team")
            .environment("CONSUL_PARTITION", "north")
            .environment("CONSUL_HTTP_AUTH", "anna:pa:ss")
            .read()
            .consul();
    assertThat(consul.https()).isTrue();
    assertThat(consul.verify()).isFalse();
    assertThat(consul.token()).contains("t");
    assertThat(consul.caCertificate()).contains(folder.resolve("ca.pem"));
    assertThat(consul.clientCertificate()).contains(Path.of("/c.pem"));
    assertThat(consul.clientKey()).contains(Path.of("/k.pem"));
    assertThat(consul.tlsServerName()).contains("server.dc1.consul");
    assertThat(consul.namespace()).contains("team");
    assertThat(consul.partition()).contains("north");
    assertThat(consul.basicAuth()).contains("anna:pa:ss");
    assertThat(consul.toString()).doesNotContain("anna");
  }

  @Test
  void a_folder_of_authorities_counts_if_there_is_no_file_of_them_as_in_consul() {
    Configurations sources = sources().environment("CONSUL_CAPATH", "/etc/cas");
    assertThat(sources.read().consul().caCertificate()).contains(Path.of("/etc/cas"));
    sources.environment("CONSUL_CACERT", "/etc/ca.pem");
    assertThat(sources.read().consul().caCertificate()).contains(Path.of("/etc/ca.pem"));
    sources.environment("METRONOME_CA_CERT", "/ours");
    assertThat(sources.read().consul().caCertificate()).contains(Path.of("/ours"));
  }

  @Test
  void consul_is_plain_http_on_this_machine_unless_told_otherwise() {
    assertThat(sources().read().consul()).isEqualTo(ConsulSettings.plain("127.0.0.1", 8500));
  }

  @Test
  void our_variable_wins_over_consuls() {
    Configurations both = sources().environment("CONSUL_HTTP_ADDR", "https://a:1");
    both.environment("METRONOME_PORT", "2").environment("METRONOME_PROTOCOL", "http");
    assertThat(both.read().consul().url()).isEqualTo("http://a:2");
  }

  @Test
  void a_token_file_is_read_and_wins_over_a_token_of_the_same_source() {
    Configurations sources = sources().with("token", "from-file\n");
    sources.environment("CONSUL_HTTP_TOKEN_FILE", "token").environment("CONSUL_HTTP_TOKEN", "t");
    assertThat(sources.read().consul().token()).contains("from-file");
    assertThat(sources.read().secrets()).containsExactly("from-file", "t");
    sources.environment("METRONOME_TOKEN", "ours");
    assertThat(sources.read().consul().token()).contains("ours");
  }

  @Test
  void a_token_file_that_is_missing_or_empty_is_named() {
    Configuration missing = sources().flag("token-file", "none").read();
    assertThatThrownBy(missing::consul)
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("--token-file: the token file " + folder.resolve("none") + " cannot be read");
    Configuration empty = sources().with("token", "\n").flag("token-file", "token").read();
    assertThatThrownBy(empty::consul).hasMessageEndingWith("must hold a token and nothing else");
  }

  @Test
  void a_certificate_without_its_key_is_refused() {
    Configuration read = sources().flag("client-cert", "c.pem").read();
    assertThatThrownBy(read::consul)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("a client certificate and its key belong together");
  }
}
