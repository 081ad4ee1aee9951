package dev.metronome.log;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Hides known secrets in text on its way to a log or a store. Immutable.
 *
 * <p><b>Guarantees</b>: none of its secrets stands literally in what {@link #apply} returns.
 *
 * <p><b>Does not guarantee</b> anything for a secret shorter than {@value #SHORTEST} characters,
 * whose hiding would garble the text, nor for one that is encoded or broken in two.
 */
public final class Redaction {
  /** What stands in a secret's place. */
  public static final String MASK = "********";

  private static final int SHORTEST = 4;

  private final List<String> secrets;

  private Redaction(List<String> secrets) {
    this.secrets = secrets;
  }

  /** Hides nothing. */
  public static Redaction none() {
    return new Redaction(List.of());
  }

  /** Hides each of {@code secrets}, longer ones first, so that none leaves a rest. */
  public static Redaction of(Collection<String> secrets) {
    return new Redaction(
        secrets.stream()
            .filter(secret -> secret.length() >= SHORTEST)
            .distinct()
            .sorted(Comparator.comparingInt(String::length).reversed())
            .toList());
  }

  /** {@code text} with {@link #MASK} in the place of each secret. */
  public String apply(String text) {
    String result = text;
    for (String secret : secrets) {
      result = result.replace(secret, MASK);
    }
    return result;
  }
}
