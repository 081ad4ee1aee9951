package dev.metronome.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.testing.UnixBridge;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same over a Unix domain socket. */
class UnixClientTest implements ClientContract {

  @TempDir private Path folder;
  @AutoClose private final EmbeddedConsul consul = EmbeddedConsul.start();

  @SuppressWarnings("UnusedVariable") // it only has to live meanwhile
  @AutoClose
  private UnixBridge bridge;

  @AutoClose private ConsulConnection connection;

  @BeforeEach
  void connect() {
    Path path = folder.resolve("http.sock");
    bridge = UnixBridge.at(path, consul.agent("a"));
    connection = ConsulConnection.to(ConsulSettings.plain("unix://" + path, 8500));
  }

  @Override
  public ConsulConnection connection() {
    return connection;
  }

  @Test
  void a_path_where_nobody_listens_is_named() {
    Path nowhere = folder.resolve("none.sock");
    try (ConsulConnection lost =
        ConsulConnection.to(ConsulSettings.plain("unix://" + nowhere, 8500))) {
      assertThat(lost.url()).isEqualTo("unix://" + nowhere);
      assertThatThrownBy(() -> lost.get("k"))
          .isInstanceOf(ConsulUnavailableException.class)
          .hasMessageContaining(lost.url())
          .hasMessageContaining("is its agent running there?");
    }
  }
}
