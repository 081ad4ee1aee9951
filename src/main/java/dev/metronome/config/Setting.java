package dev.metronome.config;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One thing that can be configured. Its key is its name in config.yml, as a flag ({@code --key}),
 * in the environment ({@code METRONOME_KEY}) and in routes ({@code {{metronome.key}}}).
 *
 * @param key lower case, with hyphens
 * @param group where help lists it
 * @param kind what its value is
 * @param defaultValue as a user would type it; empty if it is absent or found out at start
 * @param limits for a number, a size or a duration (in milliseconds)
 * @param choices for text: the values allowed; none means any
 * @param description one sentence without its full stop
 */
public record Setting(
    String key,
    Group group,
    Kind kind,
    String defaultValue,
    Limits limits,
    List<String> choices,
    String description) {

  /** The values allowed, both ends included. */
  public record Limits(long least, long most) {
    static final Limits NONE = new Limits(0, Long.MAX_VALUE);
  }

  public Setting {
    choices = List.copyOf(choices);
  }

  /** Its variable in the environment. */
  public String variable() {
    return "METRONOME_" + key.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  /** Whether its value is never shown. */
  public boolean isSecret() {
    return kind == Kind.SECRET;
  }

  /** What is wrong with {@code text} as its value, as the rest of "`key` ...". */
  Optional<String> problem(String text) {
    Optional<String> wanted = kind.isAmount() ? amountWanted(text) : wordWanted(text);
    return wanted.map(value -> "must be " + value + ", found `" + text + "`");
  }

  /**
   * Milliseconds, bytes or the number.
   *
   * @throws IllegalArgumentException if {@code text} is no such amount; its message says what is
   */
  long amount(String text) {
    return switch (kind) {
      case DURATION -> Amounts.duration(text).toMillis();
      case SIZE -> Amounts.size(text);
      default -> number(text);
    };
  }

  private static long number(String text) {
    if (!text.trim().matches("[+-]?\\d{1,18}")) {
      throw new IllegalArgumentException("a number");
    }
    return Long.parseLong(text.trim());
  }

  private Optional<String> amountWanted(String text) {
    try {
      long amount = amount(text);
      boolean within = limits.least() <= amount && amount <= limits.most();
      return within ? Optional.empty() : Optional.of(range());
    } catch (IllegalArgumentException e) {
      return Optional.of(e.getMessage());
    }
  }

  private String range() {
    return "between " + show(limits.least()) + " and " + show(limits.most());
  }

  private String show(long amount) {
    return switch (kind) {
      case DURATION -> Amounts.show(Duration.ofMillis(amount));
      case SIZE -> Amounts.showSize(amount);
      default -> Long.toString(amount);
    };
  }

  private Optional<String> wordWanted(String text) {
    if (kind == Kind.FLAG) {
      return Flags.read(text).isPresent() ? Optional.empty() : Optional.of("true or false");
    }
    boolean absent = text.isEmpty() && defaultValue.isEmpty();
    return choices.isEmpty() || absent || choices.contains(text)
        ? Optional.empty()
        : Optional.of("one of " + String.join(", ", choices));
  }
}
