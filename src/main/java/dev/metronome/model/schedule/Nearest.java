package dev.metronome.model.schedule;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Which of the known names someone may have meant. */
public final class Nearest {
  /** Bounds of the work for one name; those who mistype write shorter names. */
  private static final int MAX_LENGTH = 48;

  private static final int MAX_KNOWN = 1_000;

  private Nearest() {}

  /** The known name that is closest, if any is close. */
  public static Optional<String> to(String name, Collection<String> known) {
    return known.stream()
        .limit(MAX_KNOWN)
        .filter(it -> close(name, it))
        .min(
            Comparator.<String>comparingInt(it -> EditDistance.of(plain(name), plain(it)))
                .thenComparing(it -> it));
  }

  /** {@code ; did you mean `x`?}, or nothing. */
  public static String hint(String name, Collection<String> known) {
    return hint(name, known, "");
  }

  /** {@code ; did you mean `x`?}, or else what the caller has to say instead. */
  static String hint(String name, Collection<String> known, String otherwise) {
    return to(name, known).map(it -> "; did you mean " + Shown.text(it) + "?").orElse(otherwise);
  }

  private static boolean close(String name, String known) {
    String a = plain(name);
    String b = plain(known);
    int shorter = Math.min(a.length(), b.length());
    if (shorter >= 4 && (a.startsWith(b) || b.startsWith(a))) {
      return true;
    }
    int allowed = Math.max(1, Math.max(a.length(), b.length()) / 3);
    return shorter > 0
        && Math.abs(a.length() - b.length()) <= allowed
        && a.length() <= MAX_LENGTH
        && EditDistance.of(a, b) <= allowed;
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replace('-', '_').replace(' ', '_');
  }
}
