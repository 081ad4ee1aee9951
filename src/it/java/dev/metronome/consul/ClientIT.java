package dev.metronome.consul;

import dev.metronome.testing.SingleConsul;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** The same on a real Consul, by its port and by its socket. */
class ClientIT {

  @TempDir private static Path folder;
  private static SingleConsul consul;

  @BeforeAll
  static void start() {
    Path socket = folder.resolve("http.sock");
    consul =
        SingleConsul.start(folder, "a", "addresses { http = \"127.0.0.1 unix://" + socket + "\" }");
  }

  @AfterAll
  static void stop() {
    if (consul != null) {
      consul.close();
    }
  }

  @Nested
  class ByPort implements ClientContract {
    private static final ConsulConnection CONNECTION =
        ConsulConnection.to(ConsulSettings.plain("127.0.0.1", consul.port()));

    @AfterAll
    static void close() {
      CONNECTION.close();
    }

    @Override
    public ConsulConnection connection() {
      return CONNECTION;
    }
  }

  @Nested
  class BySocket implements ClientContract {
    private static final ConsulConnection CONNECTION =
        ConsulConnection.to(ConsulSettings.plain("unix://" + folder.resolve("http.sock"), 8500));

    @AfterAll
    static void close() {
      CONNECTION.close();
    }

    @Override
    public ConsulConnection connection() {
      return CONNECTION;
    }
  }
}
