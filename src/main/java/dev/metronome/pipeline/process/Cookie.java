package dev.metronome.pipeline.process;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of one execution, which every process of it carries in its environment. It consists of
 * parts joined by {@code /}, for example {@code node-1.4f2a/EVENT_ID/0}.
 *
 * <p><i>Guarantees:</i> {@code a/1} covers {@code a/1} and {@code a/1/x}, never {@code a/10}.
 *
 * <p><i>Does not guarantee:</i> secrecy; whoever may read the environment of a process sees it.
 *
 * @param value 1 to 255 characters out of letters, digits and {@code . _ : - /}
 */
public record Cookie(String value) {

  /** The environment variable that holds the cookie. */
  public static final String VARIABLE = "METRONOME_EXECUTION";

  private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9._:-][A-Za-z0-9._:/-]{0,254}");
  private static final byte[] ASSIGNMENT = (VARIABLE + "=").getBytes(StandardCharsets.UTF_8);

  /**
   * @throws IllegalArgumentException if the value is empty, too long or holds another character
   */
  public Cookie {
    if (!ALLOWED.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "an execution's cookie must match " + ALLOWED + ", which this one does not: " + value);
    }
  }

  /** Whether the other is this cookie or, part by part, begins with it. */
  public boolean covers(Cookie other) {
    return other.value.equals(value) || other.value.startsWith(value + "/");
  }

  /** The cookie in a block of {@code NAME=value} strings, each ended by NUL. */
  static Optional<Cookie> of(byte[] environment) {
    int start = 0;
    for (int at = 0; at <= environment.length; at++) {
      if (at == environment.length || environment[at] == 0) {
        if (isAssignment(environment, start, at)) {
          int from = start + ASSIGNMENT.length;
          String value = new String(environment, from, at - from, StandardCharsets.ISO_8859_1);
          return Optional.of(value).filter(it -> ALLOWED.matcher(it).matches()).map(Cookie::new);
        }
        start = at + 1;
      }
    }
    return Optional.empty();
  }

  private static boolean isAssignment(byte[] block, int from, int to) {
    int end = from + ASSIGNMENT.length;
    return end <= to && Arrays.equals(block, from, end, ASSIGNMENT, 0, ASSIGNMENT.length);
  }

  @Override
  public String toString() {
    return value;
  }
}
