package dev.metronome.agent;

import dev.metronome.config.HttpSettings;
import dev.metronome.pem.PemIdentity;
import dev.metronome.pem.TlsMaterialException;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.SSLOptions;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.X509KeyManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate of the agent's port and its key, read again when their files have changed.
 * Thread-safe.
 *
 * <p><em>Guarantees</em>: what the port shows was read as a whole, and its key belongs to it; files
 * that cannot be used leave the one before in force, which is said once for as long as it stays the
 * same. A connection that is open stays so.
 */
final class PortCertificate {

  private static final Logger LOG = LoggerFactory.getLogger(PortCertificate.class);

  private static final int TAKING_SECONDS = 10;

  private final HttpSettings.Tls files;
  private volatile PemIdentity inForce;
  private volatile List<X509Certificate> shown;
  private Optional<HttpServer> port = Optional.empty();
  private FileMarks read;
  private FileMarks seen;
  private String fault = "";

  private PortCertificate(HttpSettings.Tls files) {
    this.files = files;
    this.read = marks();
    this.seen = read;
    this.inForce = PemIdentity.read(files.certificate(), files.key());
    this.shown = List.of(own(inForce));
  }

  /**
   * As the files are now.
   *
   * @throws TlsMaterialException if they cannot be used, or not together
   */
  static PortCertificate read(HttpSettings.Tls files) {
    return new PortCertificate(files);
  }

  PemIdentity inForce() {
    return inForce;
  }

  /** What whoever connects now may be shown: the newest, and the one that it replaces. */
  List<X509Certificate> shown() {
    return shown;
  }

  /** From now on renewed ones are shown there, also one of meanwhile. */
  synchronized void showBy(HttpServer server) {
    port = Optional.of(server);
    if (!marks().equals(read)) {
      reload(TaskFiles.Occasion.NOTICED);
    }
  }

  /**
   * Reads the files again if they are not as they were when they were last read, and have been left
   * alone since the last look, or could not be used.
   */
  synchronized void look() {
    FileMarks now = marks();
    boolean settled = now.equals(seen);
    seen = now;
    if (settled && (!now.equals(read) || !fault.isEmpty())) {
      reload(TaskFiles.Occasion.NOTICED);
    }
  }

  /** Reads them again, now; nothing before the port listens. */
  synchronized void reload(TaskFiles.Occasion occasion) {
    if (port.isEmpty()) {
      return;
    }
    read = marks(); // before the reading, so that no change is missed
    seen = read;
    try {
      take(PemIdentity.read(files.certificate(), files.key()), port.get(), occasion);
    } catch (TlsMaterialException e) {
      leave(e.getMessage(), occasion);
    }
  }

  private FileMarks marks() {
    return FileMarks.of(List.of(files.certificate(), files.key()));
  }

  private static X509Certificate own(PemIdentity identity) {
    return identity.chain().get(0);
  }

  private void take(PemIdentity fresh, HttpServer server, TaskFiles.Occasion occasion) {
    boolean changed = !fresh.equals(inForce);
    if (changed) {
      shown = List.of(own(fresh), own(inForce));
      show(fresh, server);
      inForce = fresh;
    }
    if (changed || !fault.isEmpty() || occasion == TaskFiles.Occasion.ASKED) {
      LOG.info(
          "certificate={} state={}{} expires={}",
          files.certificate(),
          fault.isEmpty() ? "read-again" : "repaired",
          changed ? "" : " changed=nothing",
          expiry());
    }
    fault = "";
  }

  /** Those who connect from now on see it. */
  private static void show(PemIdentity fresh, HttpServer server) {
    try {
      X509KeyManager keys = (X509KeyManager) fresh.managers()[0];
      SSLOptions options = new SSLOptions().setKeyCertOptions(KeyCertOptions.wrap(keys));
      server
          .updateSSLOptions(options)
          .toCompletionStage()
          .toCompletableFuture()
          .get(TAKING_SECONDS, TimeUnit.SECONDS);
    } catch (GeneralSecurityException | IOException | ExecutionException | TimeoutException e) {
      throw new TlsMaterialException("the port does not take it: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TlsMaterialException("the agent ends", e);
    }
  }

  private void leave(String now, TaskFiles.Occasion occasion) {
    if (!now.equals(fault) || occasion == TaskFiles.Occasion.ASKED) {
      LOG.error(
          "certificate={} state=broken {}; the port goes on with the one before, which expires {}:"
              + " put a certificate and its own key into {} and {}",
          files.certificate(),
          now,
          expiry(),
          files.certificate(),
          files.key());
    }
    fault = now;
  }

  private Instant expiry() {
    return own(inForce).getNotAfter().toInstant();
  }
}
