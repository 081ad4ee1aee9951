package dev.metronome.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Options of the form {@code KEY=VALUE}. */
final class Pairs {

  private Pairs() {}

  /**
   * The last value of each key.
   *
   * @throws CommandException if one has no key
   */
  static Map<String, String> of(String option, List<String> typed) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (String pair : typed) {
      int equals = pair.indexOf('=');
      if (equals < 1) {
        throw new CommandException(
            ExitCode.USAGE, option + ": expected key=value, found `" + pair + "`");
      }
      pairs.put(pair.substring(0, equals), pair.substring(equals + 1));
    }
    return pairs;
  }

  /** As they are typed, one after another. */
  static String text(Map<String, String> pairs) {
    return pairs.entrySet().stream()
        .map(pair -> pair.getKey() + "=" + pair.getValue())
        .collect(Collectors.joining(", "));
  }
}
