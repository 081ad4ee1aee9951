package dev.metronome.cli;

import dev.metronome.config.Setting;
import dev.metronome.config.Settings;
import java.io.File;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * The command line as a shell should complete it: of an option's many names only the one with two
 * hyphens and the one of a letter, and for its value the words or files that it may be.
 */
final class Completion {
  private static final List<String> PATHS = List.of("FILE", "FOLDER");

  private Completion() {}

  /** Good for completion only; nothing can be parsed with it. */
  static CommandLine words() {
    return new CommandLine(words(Syntax.parser().getCommandSpec()));
  }

  private static CommandSpec words(CommandSpec spec) {
    CommandSpec words = CommandSpec.create().name(spec.name());
    words.usageMessage().description(spec.usageMessage().description());
    spec.options().forEach(option -> words.addOption(option(option)));
    spec.positionalParameters().forEach(p -> words.addPositional(positional(p)));
    spec.subcommands()
        .forEach((name, command) -> words.addSubcommand(name, words(command.getCommandSpec())));
    return words;
  }

  private static OptionSpec option(OptionSpec option) {
    String[] names = names(option).toArray(String[]::new);
    boolean flag = option.typeInfo().isBoolean();
    OptionSpec.Builder words =
        OptionSpec.builder(names).description(option.description()).paramLabel(option.paramLabel());
    if (flag) {
      return words.arity("0").type(boolean.class).build();
    }
    Optional<Setting> setting = Settings.find(option.longestName().substring(2));
    List<String> choices = setting.map(Setting::choices).orElse(List.of());
    if (!choices.isEmpty()) {
      words.completionCandidates(choices);
    }
    boolean path = isPath(option.paramLabel()) || names[0].equals("--files");
    return words.arity("1").type(path ? File.class : String.class).build();
  }

  /** {@code --name} and {@code -n}, the first of them first. */
  private static Stream<String> names(OptionSpec option) {
    return Arrays.stream(option.names())
        .filter(name -> name.startsWith("--") || name.length() == 2)
        .sorted((a, b) -> b.length() - a.length());
  }

  private static PositionalParamSpec positional(PositionalParamSpec parameter) {
    PositionalParamSpec.Builder words =
        PositionalParamSpec.builder().index(parameter.index()).arity(parameter.arity());
    if (parameter.paramLabel().equals("SHELL")) {
      words.completionCandidates(List.of("bash", "zsh", "fish"));
    }
    return words.type(isPath(parameter.paramLabel()) ? File.class : String.class).build();
  }

  private static boolean isPath(String label) {
    return PATHS.contains(label);
  }
}
