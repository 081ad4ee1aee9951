package dev.metronome.pipeline.intake;

import dev.metronome.consul.UserEvent;
import dev.metronome.model.signature.Signature;
import dev.metronome.model.signature.SigningKeys;
import dev.metronome.model.signature.Statement;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether an event comes from someone who may send events. Either it is signed with a key, or its
 * payload is a token that senders share (the original's scheme), which travels in clear to everyone
 * who can list events.
 *
 * <p><em>Guarantees</em>: a signature is good for one event, with the name, filters and parameters
 * that were signed, and only near the time at which it was made.
 *
 * <p><em>Does not guarantee</em> by itself that a signature is used once: that is up to the event's
 * ID, which is the signature's nonce, and the transaction that accepts it.
 *
 * <p>Threads: any.
 */
public final class Authenticity {

  /** How far a sender's clock and this one may be apart, transport included. */
  public static final Duration WINDOW = Duration.ofMinutes(5);

  private static final Logger LOG = LoggerFactory.getLogger(Authenticity.class);

  /** What an event must show. */
  public enum Mode {
    SIGNED,
    /** Either, while senders move from one to the other. */
    SIGNED_OR_TOKEN,
    TOKEN,
    /** Nothing. */
    OPEN
  }

  private final SigningKeys keys;
  private final Supplier<Optional<String>> token;
  private final Clock clock;
  private final Consumer<Admission.Why> listener;

  /** Who gets to the port. */
  public enum Door {
    /** Whoever reaches the port: an event must show that it is authentic. */
    OPEN,
    /** Only who may write, by password or token: an event of his needs to show nothing else. */
    GUARDED
  }

  /**
   * @param keys whose signatures are accepted
   * @param token what a payload must be otherwise; without a key and a token every event is taken
   */
  public Authenticity(SigningKeys keys, Optional<String> token, Clock clock) {
    this(keys, () -> token, clock, why -> {});
  }

  /**
   * The same, with a token that may be rotated.
   *
   * @param listener hears of each rejection, on the thread that it happens on; must not block
   */
  public Authenticity(
      SigningKeys keys,
      Supplier<Optional<String>> token,
      Clock clock,
      Consumer<Admission.Why> listener) {
    this.keys = keys;
    this.token = token;
    this.clock = clock;
    this.listener = listener;
  }

  public Mode mode() {
    if (keys.isEmpty()) {
      return token.get().isPresent() ? Mode.TOKEN : Mode.OPEN;
    }
    return token.get().isPresent() ? Mode.SIGNED_OR_TOKEN : Mode.SIGNED;
  }

  /** Says in the log what is in force, besides what the port's door asks for. */
  public void announce(Door door) {
    switch (mode()) {
      case SIGNED -> LOG.info("events=signed keys={}", keys.ids());
      case SIGNED_OR_TOKEN ->
          LOG.warn(
              "events=signed-or-token keys={} everyone who can list events sees the token; unset"
                  + " payload-token when all senders sign",
              keys.ids());
      case TOKEN ->
          LOG.warn(
              "events=payload-token everyone who can list events sees it (the ACL token, while"
                  + " payload-token is not set) and can send events; a signing-key-file shows"
                  + " nothing");
      case OPEN ->
          LOG.warn(
              "events=open everyone who can reach Consul{} can send events; set signing-key-file",
              door == Door.OPEN ? " or this node's port" : "");
    }
  }

  /** By its payload. */
  public Admission judge(UserEvent event) {
    return judge(statement(event), event.payload());
  }

  /**
   * @param shown what came with it: a signature or the token
   */
  public Admission judge(Statement statement, Optional<String> shown) {
    Admission verdict = judged(statement, shown);
    if (verdict instanceof Admission.Rejected rejected) {
      listener.accept(rejected.why());
    }
    return verdict;
  }

  private Admission judged(Statement statement, Optional<String> shown) {
    if (mode() == Mode.OPEN) {
      return new Admission.Authentic(Optional.empty());
    }
    if (shown.filter(text -> !text.isEmpty()).isEmpty()) {
      return new Admission.Rejected(Admission.Why.MISSING, "it shows neither signature nor token");
    }
    if (token.get().filter(known -> equal(known, shown.get())).isPresent()) {
      return new Admission.Authentic(Optional.empty());
    }
    return keys.isEmpty()
        ? forged("its payload is not the token")
        : signed(statement, Signature.parse(shown.get()));
  }

  private Admission signed(Statement statement, Optional<Signature> parsed) {
    if (parsed.isEmpty()) {
      return forged("its payload is no signature");
    }
    Signature signature = parsed.get();
    if (keys.find(signature.keyId()).isEmpty()) {
      return forged("it is signed with the key " + signature.keyId() + ", which is not known here");
    }
    if (!keys.made(signature, statement)) {
      return forged(
          "its signature does not fit: another secret, or its name, filters or parameters are not"
              + " those that were signed");
    }
    return fresh(signature);
  }

  private Admission fresh(Signature signature) {
    Duration age = Duration.between(signature.at(), clock.instant());
    if (age.abs().compareTo(WINDOW) <= 0) {
      return new Admission.Authentic(Optional.of(signature));
    }
    String apart = age.abs().toSeconds() + " s " + (age.isNegative() ? "in the future" : "ago");
    return new Admission.Rejected(
        Admission.Why.STALE,
        "it was signed "
            + apart
            + " by this node's clock, more than "
            + WINDOW.toSeconds()
            + " s; compare the clocks of sender and node");
  }

  private static Admission forged(String reason) {
    return new Admission.Rejected(Admission.Why.FORGED, reason);
  }

  private static Statement statement(UserEvent event) {
    return new Statement(
        event.name(), event.nodeFilter(), event.serviceFilter(), event.tagFilter(), Map.of());
  }

  /** In constant time. */
  private static boolean equal(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }
}
