package dev.metronome.cli;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Completion for fish, which picocli does not know: one {@code complete} line for each word. */
final class FishCompletion {
  private final List<String> lines = new ArrayList<>();

  private FishCompletion() {}

  static String of(CommandSpec root) {
    FishCompletion fish = new FishCompletion();
    fish.lines.add("# Completion of " + root.name() + " for fish.");
    fish.lines.add("complete -c metronome -f");
    root.options().forEach(option -> fish.option("", option));
    root.subcommands().forEach((name, command) -> fish.command(name, command.getCommandSpec()));
    return String.join("\n", fish.lines) + "\n";
  }

  private void command(String name, CommandSpec spec) {
    add("-n __fish_use_subcommand -a " + name, String.join(" ", spec.usageMessage().description()));
    String here = " -n '__fish_seen_subcommand_from " + name + "'";
    spec.options().stream()
        .filter(option -> spec.parent().findOption(option.longestName()) == null)
        .forEach(option -> option(here, option));
    spec.positionalParameters().forEach(parameter -> positional(here, parameter));
  }

  private void option(String condition, OptionSpec option) {
    StringBuilder names = new StringBuilder();
    for (String name : option.names()) {
      names.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
    }
    String value = option.arity().max() == 0 ? "" : required(option) + values(option);
    add(condition.strip() + names + value, String.join(" ", option.description()));
  }

  /** A value is needed; by {@code -x} none of the files that fish would offer by itself. */
  private static String required(OptionSpec option) {
    return option.type() == File.class ? " -r" : " -x";
  }

  private void positional(String condition, PositionalParamSpec parameter) {
    String values = values(parameter);
    if (!values.isEmpty()) {
      add(condition.strip() + values, "");
    }
  }

  private static String values(ArgSpec argument) {
    if (argument.completionCandidates() != null) {
      return " -a " + quoted(String.join(" ", argument.completionCandidates()));
    }
    return argument.type() == File.class ? " -F" : "";
  }

  private void add(String what, String description) {
    String told = description.isEmpty() ? "" : " -d " + quoted(description);
    lines.add("complete -c metronome " + what.strip() + told);
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
