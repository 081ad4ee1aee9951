package dev.metronome.base.log;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Hides known secrets in text on its way to a log or a store: those that it was made with, and
 * those that this process has {@linkplain #learn learned} since. Thread-safe.
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

  /** Secrets that are rotated come one after another, for as long as the process lives. */
  private static final int LEARNED = 100;

  private static volatile List<String> learned = List.of();

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

  /** Hides this one too from now on, everywhere in this process: a secret was rotated. */
  public static synchronized void learn(String secret) {
    if (secret.length() >= SHORTEST && !learned.contains(secret)) {
      List<String> now = new ArrayList<>(learned);
      now.add(secret);
      learned = List.copyOf(now.subList(Math.max(0, now.size() - LEARNED), now.size()));
    }
  }

  /** {@code text} with {@link #MASK} in the place of each secret. */
  public String apply(String text) {
    String result = text;
    for (String secret : secrets) {
      result = result.replace(secret, MASK);
    }
    for (String secret : learned) {
      result = result.replace(secret, MASK);
    }
    return result;
  }
}
