package dev.metronome.agent;

import dev.metronome.base.file.FileMarks;
import dev.metronome.base.file.ReloadedFiles;
import dev.metronome.base.tls.PemIdentity;
import dev.metronome.base.tls.RenewableIdentity;
import dev.metronome.base.tls.TlsMaterialException;
import dev.metronome.config.HttpSettings;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.SSLOptions;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The certificate of the agent's port and its key, read again when their files have changed.
 * Thread-safe.
 *
 * <p><em>Guarantees</em>: what the port shows was read as a whole, and its key belongs to it; files
 * that cannot be used leave the one before in force, which is said once for as long as it stays the
 * same. A connection that is open stays so.
 */
final class PortCertificate implements ReloadedFiles.Content {

  private static final int TAKING_SECONDS = 60;

  private final HttpSettings.Tls pair;
  private final ReloadedFiles files;
  private volatile RenewableIdentity
      shown; // null until the files have been read for the first time
  private boolean renewing;

  private PortCertificate(HttpSettings.Tls pair) {
    this.pair = pair;
    this.files = new ReloadedFiles("certificate=" + pair.certificate(), this);
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
    files.refresh();
  }

  /** Reads the files again if they have changed. */
  void look() {
    files.look();
  }

  /** Reads them again, now; nothing before the port listens. */
  synchronized void reload(ReloadedFiles.Occasion occasion) {
    if (renewing) {
      files.reload(occasion);
    }
  }

  @Override
  public FileMarks marks() {
    return FileMarks.of(List.of(pair.certificate(), pair.key()));
  }

  @Override
  public Reading read() {
    PemIdentity fresh = PemIdentity.read(pair.certificate(), pair.key());
    boolean changed = true;
    if (shown == null) {
      shown = new RenewableIdentity(fresh);
    } else if (fresh.equals(inForce())) {
      changed = false;
    } else {
      shown.put(fresh);
    }
    return Reading.of(changed, "expires=" + expiry());
  }

  @Override
  public String remedy() {
    return "the port goes on with the one before, which expires "
        + expiry()
        + ": put a certificate and its own key into "
        + pair.certificate()
        + " and "
        + pair.key();
  }

  private Instant expiry() {
    return inForce().chain().get(0).getNotAfter().toInstant();
  }
}
