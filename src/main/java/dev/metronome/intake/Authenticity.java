package dev.metronome.intake;

import dev.metronome.consul.UserEvent;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a user event comes from someone who may send events. The original's scheme: the payload
 * equals a shared token. The payload travels in clear to everyone who can list events, so the token
 * for it should not be the ACL token.
 */
public final class Authenticity {

  private static final Logger LOG = LoggerFactory.getLogger(Authenticity.class);

  private final Optional<String> token;

  /**
   * @param token what a payload must equal; without one every event is taken
   */
  public Authenticity(Optional<String> token) {
    this.token = token;
  }

  /** Whether it is taken; says in the log why not, without payload or name. */
  public boolean accepts(UserEvent event) {
    if (!isAuthentic(event)) {
      LOG.warn("event={} state=rejected its payload is not the token", event.id());
      return false;
    }
    Optional<String> fault = Events.fault(event.id(), event.name());
    fault.ifPresent(why -> LOG.warn("event={} state=rejected {}", event.id(), why));
    return fault.isEmpty();
  }

  /** Whether its payload is the token, if there is one. */
  public boolean isAuthentic(UserEvent event) {
    return token.isEmpty() || equal(token.get(), event.payload().orElse(""));
  }

  /** In constant time. */
  private static boolean equal(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }
}
