package dev.metronome.model.record;

import dev.metronome.base.log.Redaction;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * An event's parameters as results and screens show them, by name.
 *
 * <p><em>Guarantees</em>: the value of one whose name says that it is a secret is not in them, nor
 * a secret that this process has learned. They take at most some 8 KiB.
 *
 * <p><em>Does not guarantee</em> anything for a secret with a name that does not say so.
 */
public final class ShownParams {
  private static final Pattern SECRET =
      Pattern.compile(
          "passw|passphrase|secret|token|credential|(private|api|access|signing)[._-]?key",
          Pattern.CASE_INSENSITIVE);

  private static final int LONGEST = 200;
  private static final int MOST = 32;

  private ShownParams() {}

  /** Whether what bears this name is a secret. */
  public static boolean isSecret(String name) {
    return SECRET.matcher(name).find();
  }

  /** Of more than 32 the first by name, and {@code …} with the number of the others. */
  public static Map<String, String> of(Map<String, String> params) {
    Map<String, String> shown = new LinkedHashMap<>();
    new TreeMap<>(params)
        .forEach(
            (name, value) -> {
              if (shown.size() < MOST) {
                shown.put(name, shown(name, value));
              }
            });
    if (params.size() > MOST) {
      shown.put("…", (params.size() - MOST) + " more");
    }
    return shown;
  }

  private static String shown(String name, String value) {
    if (isSecret(name)) {
      return Redaction.MASK;
    }
    String text = Redaction.none().apply(value); // before it is cut: half a secret is not known
    if (text.codePointCount(0, text.length()) <= LONGEST) {
      return text;
    }
    return text.substring(0, text.offsetByCodePoints(0, LONGEST)) + "…";
  }
}
