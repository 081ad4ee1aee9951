package dev.metronome.consul;

import dev.metronome.testing.SingleConsul;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The same on a real Consul. */
class PayloadIT implements PayloadContract {

  @TempDir private Path folder;
  private SingleConsul consul;
  private ConsulConnection connection;

  @BeforeEach
  void start() {
    consul = SingleConsul.start(folder, "a");
    connection = ConsulConnection.to(ConsulSettings.plain("127.0.0.1", consul.port()));
  }

  @AfterEach
  void stop() {
    connection.close();
    consul.close();
  }

  @Override
  public ConsulConnection connection() {
    return connection;
  }
}
