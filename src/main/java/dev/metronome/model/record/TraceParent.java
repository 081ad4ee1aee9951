package dev.metronome.model.record;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in a trace, as W3C writes it: {@code 00-TRACE-SPAN-FLAGS}.
 *
 * <p><em>Guarantees</em>: {@link #of} and {@link #child} give everybody the same place for the same
 * thing. So a leader can end the span that another began, and what is recorded twice is the same
 * span.
 *
 * @param traceId 32 hexadecimal digits
 * @param spanId 16 of them
 * @param sampled whether the trace is recorded
 */
public record TraceParent(String traceId, String spanId, boolean sampled) {

  private static final int TRACE = 32;
  private static final int SPAN = 16;
  private static final int LONGEST = 512;

  /** Of a later version of the format what this one knows of it. */
  private static final Pattern FORM =
      Pattern.compile(
          "(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?");

  public TraceParent {
    Objects.requireNonNull(traceId, "traceId");
    Objects.requireNonNull(spanId, "spanId");
  }

  /** Empty if it is none: what cannot be read is left out of account, as W3C says. */
  public static Optional<TraceParent> read(String text) {
    Matcher form = FORM.matcher(text == null || text.length() > LONGEST ? "" : text.strip());
    if (!form.matches() || (form.group(1).equals("00") && form.group(5) != null)) {
      return Optional.empty();
    }
    boolean sampled = (Integer.parseInt(form.group(4), 16) & 1) == 1;
    return Optional.of(new TraceParent(form.group(2), form.group(3), sampled));
  }

  /** Where an event's own trace begins. */
  static TraceParent of(Event event) {
    String whole = digest(event.id() + " " + event.acceptedAt());
    return new TraceParent(whole.substring(0, TRACE), whole.substring(TRACE, TRACE + SPAN), true);
  }

  /** The place below this one of the thing of that name. */
  public TraceParent child(String name) {
    return new TraceParent(traceId, digest(traceId + spanId + name).substring(0, SPAN), sampled);
  }

  /** The same place in a trace that is recorded, or is not. */
  public TraceParent sampled(boolean wanted) {
    return new TraceParent(traceId, spanId, wanted);
  }

  /** As W3C writes it. */
  public String text() {
    return "00-" + traceId + "-" + spanId + (sampled ? "-01" : "-00");
  }

  private static String digest(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
