package dev.metronome.model.signature;

import dev.metronome.model.record.Event;
import dev.metronome.model.record.Resume;
import dev.metronome.model.record.Vote;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signs events as they are accepted, and votes, and tells those who act on them whether that was
 * so. The signature travels with the event through queue, plan and assignments; it has no time of
 * its own, since an event may take as long as it takes. Immutable.
 *
 * <p><em>Guarantees</em>: whoever can write Consul's KV, but has no key, can make no event that
 * passes, nor alter one: its ID, name, parameters, sender, time, what it resumes, its limit and
 * what it overrides are signed.
 *
 * <p><em>Does not guarantee</em> that what passes has not been there before, since nodes remember
 * only what they have ended themselves; nor which task of the event is run, when, or where.
 */
public final class EventSignatures {

  private static final Logger LOG = LoggerFactory.getLogger(EventSignatures.class);

  private static final Pattern FORM =
      Pattern.compile("e1\\.(?<key>[A-Za-z0-9_-]{1,12})\\.(?<mac>[A-Za-z0-9_-]{43})");

  /** What becomes of an event that nobody vouches for. */
  public enum Unsigned {
    REFUSED,
    TAKEN
  }

  private final SigningKeys keys;
  private final Unsigned unsigned;

  /**
   * @param keys the first one signs, all are known
   */
  public EventSignatures(SigningKeys keys, Unsigned unsigned) {
    this.keys = keys;
    this.unsigned = unsigned;
  }

  /** Without a key nothing is signed, and everything is taken, signed or not. */
  public static EventSignatures none() {
    return new EventSignatures(SigningKeys.none(), Unsigned.TAKEN);
  }

  /** Whether only what is signed is acted on. */
  public boolean areRequired() {
    return unsigned == Unsigned.REFUSED;
  }

  /** Says in the log what is asked of an event before it is acted on. */
  public void announce() {
    if (keys.isEmpty()) {
      return;
    }
    if (areRequired()) {
      LOG.info("tasks=signed keys={}", keys.ids());
    } else {
      LOG.warn(
          "tasks=signed-or-unsigned keys={} everyone who can write Consul's KV can have tasks run;"
              + " set require-signature: true once all agents are updated and whatever sends events"
              + " has the key",
          keys.ids());
    }
  }

  /** Signed by the first key, if there is one, by whoever vouches that it was accepted. */
  public Event sign(Event event) {
    return keys.first()
        .map(key -> event.signed("e1." + key.id() + "." + key.mac(signed(event))))
        .orElse(event);
  }

  /**
   * Signed if nothing is wrong with the earlier event that it goes on with: an event that nobody
   * has signed, and that is taken here, must not get a signature that is good elsewhere.
   */
  public Event signLike(Event earlier, Event event) {
    return fault(earlier).isEmpty() ? sign(event) : event;
  }

  /** Why the event must not be acted on; empty if it may. */
  public Optional<String> refusal(Event event) {
    if (!areRequired()) {
      return Optional.empty();
    }
    String remedy =
        event.signature().isPresent()
            ? ""
            : "; give whatever sends it the signing key, or set require-signature: false on the"
                + " nodes";
    return fault(event).map(why -> why + remedy);
  }

  /** Why nobody vouches for the event; empty if somebody does, and where there is no key. */
  public Optional<String> fault(Event event) {
    return fault(event.signature(), signed(event), "an event");
  }

  private Optional<String> fault(Optional<String> text, byte[] signed, String what) {
    if (keys.isEmpty()) {
      return Optional.empty();
    }
    if (text.isEmpty()) {
      return Optional.of("it is not signed");
    }
    Matcher form = FORM.matcher(text.get());
    if (!form.matches()) {
      return Optional.of("what it carries is no signature of " + what);
    }
    Optional<SigningKey> key = keys.find(form.group("key"));
    if (key.isEmpty()) {
      return Optional.of(
          "it is signed with the key " + form.group("key") + ", which is not known here");
    }
    return key.get().made(form.group("mac"), signed)
        ? Optional.empty()
        : Optional.of(
            "its signature does not fit: another secret, or it was altered since it was accepted");
  }

  /** The same of a vote, by whoever knows who votes. */
  public Vote sign(Vote vote) {
    return keys.first()
        .map(key -> vote.signed("e1." + key.id() + "." + key.mac(signed(vote))))
        .orElse(vote);
  }

  /** Why a vote must not count; empty if it may. */
  public Optional<String> refusal(Vote vote) {
    return areRequired() ? fault(vote.signature(), signed(vote), "a vote") : Optional.empty();
  }

  private static byte[] signed(Vote vote) {
    SignedBytes bytes =
        new SignedBytes()
            .put("vote")
            .put(vote.eventId())
            .put(Integer.toString(vote.no()))
            .put(vote.by())
            .put(vote.choice().word())
            .put(vote.at().toString())
            .put(vote.reason().orElse(""));
    vote.groups().forEach(bytes::put);
    return bytes.toByteArray();
  }

  /** Each field behind its length, each list behind its size. */
  private static byte[] signed(Event event) {
    SignedBytes bytes =
        new SignedBytes()
            .put("e1")
            .put(event.id())
            .put(event.name())
            .put(event.acceptedAt().toString())
            .put(event.source())
            .put(event.by().orElse(""))
            .put(event.params());
    event.resume().ifPresent(resume -> put(resume, bytes));
    event.limit().ifPresent(limit -> bytes.put("limit").put(limit.toString()));
    event.override().ifPresent(why -> bytes.put("override").put(why));
    event.ahead().ifPresent(ahead -> bytes.put("ahead"));
    return bytes.toByteArray();
  }

  private static void put(Resume resume, SignedBytes bytes) {
    bytes
        .put(resume.of())
        .put(Integer.toString(resume.from()))
        .put(resume.pattern())
        .put(resume.task())
        .put(Integer.toString(resume.nodes().size()));
    resume.nodes().forEach(bytes::put);
    resume.healthy().forEach(bytes::put); // none where nothing has a gate, as of before
  }
}
