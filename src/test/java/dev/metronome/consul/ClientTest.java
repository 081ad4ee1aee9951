package dev.metronome.consul;

import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.testing.Member;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;

@Tag("text")
class ClientTest implements ClientContract {

  @AutoClose private final EmbeddedConsul consul = EmbeddedConsul.start();
  @AutoClose private final ConsulConnection connection = Member.connection(consul, "a");

  @Override
  public ConsulConnection connection() {
    return connection;
  }
}
