package dev.metronome.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the agent may listen. */
class HttpSettingsTest {

  @TempDir Path folder;

  private Configurations at(String host) {
    return Configurations.in(folder).flag("http-host", host);
  }

  @Test
  void only_this_machine_reaches_it_unless_somebody_says_otherwise() {
    HttpSettings settings = Configurations.in(folder).read().http();

    assertThat(settings.isLoopback()).isTrue();
    assertThat(settings.scheme() + "://" + settings.ownHost()).isEqualTo("http://127.0.0.1");
    assertThat(settings.users()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.1.2.3", "::1", "localhost"})
  void this_machine_needs_no_protection_from_itself(String host) {
    assertThat(at(host).read().http().isLoopback()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::", "10.0.0.5", "::ffff:10.0.0.5"})
  void what_others_reach_needs_users_and_tls(String host) {
    assertThatThrownBy(at(host).read()::http)
        .hasMessageContaining("http-host " + host)
        .hasMessageContaining("http-users");
    assertThatThrownBy(at(host).flag("http-users", "u").read()::http)
        .hasMessageContaining("http-cert and http-key")
        .hasMessageContaining("http-insecure");
    assertThatThrownBy(at(host).flag("http-insecure", "true").read()::http)
        .hasMessageContaining("http-users");
    Configurations secured =
        at(host).flag("http-users", "u").flag("http-cert", "c").flag("http-key", "k");
    assertThat(secured.read().http().scheme()).isEqualTo("https");
    Configurations plain = at(host).flag("http-users", "u").flag("http-insecure", "true");
    assertThat(plain.read().http().scheme()).isEqualTo("http");
  }

  @Test
  void certificate_and_key_need_each_other() {
    assertThatThrownBy(at("127.0.0.1").flag("http-cert", "c").read()::http)
        .hasMessage("http-cert and http-key need each other");
    assertThatThrownBy(at("127.0.0.1").flag("http-key", "k").read()::http)
        .hasMessage("http-cert and http-key need each other");
  }

  @ParameterizedTest
  @CsvSource({"0.0.0.0, 127.0.0.1", "::, [0:0:0:0:0:0:0:1]", "10.0.0.5, 10.0.0.5"})
  void the_agent_reaches_itself(String host, String own) {
    Configurations settings = at(host).flag("http-users", "u").flag("http-insecure", "true");
    assertThat(settings.read().http().ownHost()).isEqualTo(own);
  }

  @Test
  void a_name_that_is_no_address_is_refused() {
    assertThatThrownBy(at("no such host").read()::http)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("no such host is no address of this machine");
  }
}
