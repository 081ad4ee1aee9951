package dev.metronome.consul;

import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a client shows to Consul: its ACL token and its certificate, as they are in force. Both are
 * rotated by writing files anew, and the old ones are then worth nothing. Thread-safe.
 *
 * <p><em>Guarantees</em>: what cannot be read leaves what was read before in force.
 */
final class Credentials {

  private static final Logger LOG = LoggerFactory.getLogger(Credentials.class);

  private final Supplier<ConsulSettings> source;
  private final Optional<Tls> tls;
  private volatile ConsulSettings inForce;
  private String fault = "";

  /**
   * @param source reads the settings, and what their files hold, anew each time
   * @throws dev.metronome.base.tls.TlsMaterialException if a certificate or key file cannot be used
   */
  Credentials(Supplier<ConsulSettings> source) {
    this.source = source;
    this.inForce = source.get();
    this.tls = inForce.https() ? Optional.of(Tls.of(inForce)) : Optional.empty();
  }

  ConsulSettings settings() {
    return inForce;
  }

  Optional<String> token() {
    return inForce.token();
  }

  /** Empty for plain HTTP. */
  Optional<Tls> tls() {
    return tls;
  }

  /**
   * Reads all of it again.
   *
   * @return whether any of it has changed
   * @throws RuntimeException if it cannot be used; the message says why
   */
  synchronized boolean renew() {
    ConsulSettings now = source.get();
    boolean certificates = tls.isPresent() && tls.get().renew(now);
    boolean token = !now.token().equals(token());
    inForce = now;
    fault = "";
    return certificates || token;
  }

  /**
   * Consul has refused a token.
   *
   * @return whether there is another one by now, so that it is worth asking again
   */
  synchronized boolean replaced(Optional<String> refused) {
    if (!token().equals(refused)) {
      return true;
    }
    try {
      ConsulSettings now = source.get();
      fault = "";
      if (now.token().equals(refused)) {
        return false;
      }
      inForce = now;
      LOG.info("consul-token state=reloaded since Consul refused the one before");
      return true;
    } catch (RuntimeException e) {
      String why = String.valueOf(e.getMessage());
      if (!why.equals(fault)) {
        LOG.warn("consul-token state=broken the one before stays in force: {}", why);
      }
      fault = why;
      return false;
    }
  }
}
