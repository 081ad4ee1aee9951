package dev.metronome.testing;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Before every test class: who awaits without a limit of his own waits for minutes, since a busy
 * machine is no fault, and the JDK's servers are set up before the first of them is made, whichever
 * test makes it.
 *
 * <p>Public only because JUnit makes it, by its name in {@code META-INF/services}.
 */
public final class Unhurried implements BeforeAllCallback {

  /** As good as for ever. */
  public static final Duration PATIENCE = Duration.ofMinutes(2);

  /** For JUnit. */
  public Unhurried() {}

  @Override
  public void beforeAll(ExtensionContext context) {
    Awaitility.setDefaultTimeout(PATIENCE);
    // As the embedded Consul has them; the JDK reads them but once.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    System.setProperty("sun.net.httpserver.idleInterval", "3600");
    System.setProperty("sun.net.httpserver.maxIdleConnections", "1000");
  }
}
