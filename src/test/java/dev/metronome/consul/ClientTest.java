package dev.metronome.consul;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.testing.Member;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("text")
@Tag("consul")
class ClientTest implements ClientContract {

  @AutoClose private final EmbeddedConsul consul = EmbeddedConsul.start();
  @AutoClose private final ConsulConnection connection = Member.connection(consul, "a");

  @Test
  void an_address_of_this_machine_is_one_that_it_calls_from() throws UnknownHostException {
    InetAddress own = InetAddress.getByName("192.0.2.1");
    InetAddress other = InetAddress.getByName("192.0.2.2");
    InetAddress loopback = InetAddress.getByName("127.0.0.2");

    assertThat(HttpConnections.isLocal(own, own)).isTrue();
    assertThat(HttpConnections.isLocal(InetAddress.getLoopbackAddress(), loopback)).isTrue();
    assertThat(HttpConnections.isLocal(own, other)).isFalse();
  }

  @Override
  public ConsulConnection connection() {
    return connection;
  }
}
