package dev.metronome.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

/** What is said when nobody answers: where, why, and what to do. */
class UnreachableTest {

  @Test
  void a_port_where_nobody_listens_is_named_with_what_names_another() {
    try (ConsulConnection connection = ConsulConnection.to(ConsulSettings.plain("127.0.0.1", 1))) {
      assertThatExceptionOfType(ConsulUnavailableException.class)
          .isThrownBy(() -> connection.get("metronome/leader"))
          .withMessage(
              "Consul at http://127.0.0.1:1 could not read metronome/leader: Connection refused;"
                  + " is its agent running there? host and port (CONSUL_HTTP_ADDR) name another");
    }
  }

  @Test
  void a_name_without_an_address_is_said_to_have_none() {
    Throwable unknown = new IllegalStateException(new UnknownHostException("consul.example"));

    assertThat(new Calls("http://consul.example:8500").unavailable("read a", unknown))
        .hasMessage(
            "Consul at http://consul.example:8500 could not read a:"
                + " no address is known for this host (consul.example)");
  }
}
