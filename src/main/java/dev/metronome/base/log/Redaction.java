package dev.metronome.base.log;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

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
  private volatile Known known;

  private Redaction(List<String> secrets) {
    this.secrets = secrets;
  }

  /** Hides nothing. */
  public static Redaction none() {
    return new Redaction(List.of());
  }

  /** Hides each of {@code secrets}, longer ones first, so that none leaves a rest. */
  public static Redaction of(Collection<String> secrets) {
    return new Redaction(ordered(secrets.stream()));
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
    for (String secret : known()) {
      result = result.replace(secret, MASK);
    }
    return result;
  }

  /** Its own and what was learned up to {@code learned}, longer ones first. */
  private record Known(List<String> learned, List<String> all) {}

  private List<String> known() {
    List<String> now = learned;
    Known before = known;
    if (before == null || before.learned != now) {
      before = new Known(now, ordered(Stream.concat(secrets.stream(), now.stream())));
      known = before;
    }
    return before.all;
  }

  private static List<String> ordered(Stream<String> secrets) {
    return secrets
        .filter(secret -> secret.length() >= SHORTEST)
        .distinct()
        .sorted(Comparator.comparingInt(String::length).reversed())
        .toList();
  }
}
