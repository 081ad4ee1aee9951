package dev.metronome.agent;

import dev.metronome.config.HttpSettings;
import dev.metronome.pem.PemIdentity;
import dev.metronome.pem.RenewableIdentity;
import dev.metronome.pem.TlsMaterialException;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.SSLOptions;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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

  private static final int TAKING_SECONDS = 60;

  private final HttpSettings.Tls files;
  private final RenewableIdentity shown;
  private boolean renewing;
  private FileMarks read;
  private FileMarks seen;
  private String fault = "";

  private PortCertificate(HttpSettings.Tls files) {
    this.files = files;
    this.read = marks();
    this.seen = read;
    this.shown = new RenewableIdentity(PemIdentity.read(files.certificate(), files.key()));
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
    return shown.newest();
  }

  /** What whoever connects now may be shown: the newest, and the one that it replaces. */
  List<X509Certificate> shown() {
    return shown.certificates();
  }

  /**
   * From now on renewed ones are shown there, also one of meanwhile. Done once, before anybody
   * knows the port: a server of Vert.x turns away whoever connects while it takes other options
   * ({@code RenewedCertificateTest}).
   *
   * @throws TlsMaterialException if that fails
   */
  synchronized void showBy(HttpServer server) {
    try {
      server
          .updateSSLOptions(new SSLOptions().setKeyCertOptions(KeyCertOptions.wrap(shown)))
          .toCompletionStage()
          .toCompletableFuture()
          .get(TAKING_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new TlsMaterialException("TLS of the agent's port: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TlsMaterialException("the agent was stopped while it started", e);
    }
    renewing = true;
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
    if (!renewing) {
      return;
    }
    read = marks(); // before the reading, so that no change is missed
    seen = read;
    try {
      take(PemIdentity.read(files.certificate(), files.key()), occasion);
    } catch (TlsMaterialException e) {
      leave(e.getMessage(), occasion);
    }
  }

  private FileMarks marks() {
    return FileMarks.of(List.of(files.certificate(), files.key()));
  }

  private void take(PemIdentity fresh, TaskFiles.Occasion occasion) {
    boolean changed = !fresh.equals(inForce());
    if (changed) {
      shown.put(fresh);
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
    return inForce().chain().get(0).getNotAfter().toInstant();
  }
}
