package dev.metronome.pipeline.migration;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.ConsulSettings;
import dev.metronome.consul.Transaction;
import dev.metronome.testing.SingleConsul;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The same on a real Consul. */
class MigrationIT implements MigrationContract {

  @TempDir static Path folder;
  private static SingleConsul consul;
  private static ConsulConnection connection;

  @BeforeAll
  static void start() {
    consul = SingleConsul.start(folder, "a");
    connection = ConsulConnection.to(ConsulSettings.plain("127.0.0.1", consul.port()));
  }

  @AfterEach
  void clear() {
    connection.commit(new Transaction().deleteTree(KEYS.prefix()));
  }

  @AfterAll
  static void stop() {
    connection.close();
    consul.close();
  }

  @Override
  public ConsulConnection connection() {
    return connection;
  }
}
