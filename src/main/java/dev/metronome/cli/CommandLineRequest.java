package dev.metronome.cli;

import dev.metronome.config.Settings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.ParseResult;

/** What the user typed, command and options, wherever on the line they stood. */
final class CommandLineRequest {
  private final List<ParseResult> levels = new ArrayList<>();

  CommandLineRequest(ParseResult root) {
    for (ParseResult level = root; level != null; level = level.subcommand()) {
      levels.add(level);
    }
  }

  /** The command named last; the root if none was named. */
  ParseResult last() {
    return levels.get(levels.size() - 1);
  }

  /** The command's object; empty if none was named. */
  Optional<Object> command() {
    return levels.size() == 1 ? Optional.empty() : Optional.of(last().commandSpec().userObject());
  }

  boolean asksFor(String option) {
    return !values(option).isEmpty();
  }

  /** What was typed for {@code option}; the one that counts is last. */
  List<String> values(String option) {
    return levels.stream()
        .flatMap(level -> level.matchedOptions().stream().distinct())
        .filter(matched -> Set.of(matched.names()).contains(option))
        .flatMap(matched -> matched.stringValues().stream())
        .toList();
  }

  Optional<String> value(String option) {
    List<String> values = values(option);
    return values.isEmpty() ? Optional.empty() : Optional.of(values.get(values.size() - 1));
  }

  /** The settings that were typed, by key. */
  Map<String, String> flags() {
    Map<String, String> flags = new LinkedHashMap<>();
    for (String key : Settings.keys()) {
      value("--" + key).ifPresent(value -> flags.put(key, value));
    }
    return flags;
  }
}
