package dev.metronome.config;

import dev.metronome.model.schedule.EditDistance;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds what somebody probably meant. */
public final class Spelling {
  private Spelling() {}

  /**
   * The candidate nearest to {@code word}, if one is so near that a slip explains it: about one
   * letter in three added, lost, changed or swapped with its neighbour. Case, {@code _} and {@code
   * -} make no difference.
   */
  public static Optional<String> nearest(String word, Collection<String> candidates) {
    String wanted = plain(word);
    if (wanted.length() > 64) {
      return Optional.empty();
    }
    int slips = Math.max(1, wanted.length() / 3);
    return candidates.stream()
        .filter(candidate -> EditDistance.of(wanted, plain(candidate)) <= slips)
        .min(
            Comparator.comparingInt((String candidate) -> EditDistance.of(wanted, plain(candidate)))
                .thenComparing(Comparator.naturalOrder()));
  }

  /** "; did you mean `x`?", or nothing. */
  public static String hint(String word, Collection<String> candidates) {
    return nearest(word, candidates).map(near -> "; did you mean `" + near + "`?").orElse("");
  }

  private static String plain(String word) {
    return word.toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
