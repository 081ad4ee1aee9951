package dev.metronome.cli;

import dev.metronome.config.Kind;
import dev.metronome.config.Setting;
import dev.metronome.config.Settings;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ScopeType;

/**
 * What may be typed: every setting of the catalogue as an option, before or after every command.
 *
 * <p><b>Guarantees</b>: each option of more than one letter works as {@code -name value}, {@code
 * -name=value}, {@code --name value} and {@code --name=value}; the last one typed wins.
 */
final class Syntax {
  static final String CONFIG = "--config";
  static final String VARIABLE = "--var";
  static final String HELP = "--help";
  static final String VERSION = "--version";

  private Syntax() {}

  /** A parser that has seen nothing yet. */
  static CommandLine parser() {
    return parser(name -> true);
  }

  /**
   * The same for one command line, with those commands only that are words of it. It takes what the
   * whole one takes, but neither helps nor says what was meant. Every command has a copy of every
   * option: to build them all is a third of what a short command costs, and the agent would keep a
   * megabyte of them.
   */
  static CommandLine parser(Set<String> words) {
    return parser(words::contains);
  }

  private static CommandLine parser(Predicate<String> wanted) {
    CommandSpec root = CommandSpec.create().name("metronome");
    Settings.all().forEach(setting -> root.addOption(option(setting)));
    addGeneral(root);
    Commands.all().stream()
        .filter(command -> wanted.test(name(command)))
        .map(CommandSpec::forAnnotatedObject)
        .forEach(spec -> add(spec, root));
    return configured(new CommandLine(root));
  }

  private static String name(Object command) {
    return command.getClass().getAnnotation(CommandLine.Command.class).name();
  }

  private static void add(CommandSpec spec, CommandSpec root) {
    addSingleHyphens(spec);
    root.addSubcommand(spec.name(), spec);
  }

  private static void addGeneral(CommandSpec root) {
    root.addOption(text(CONFIG, "FILE").description("Read this file as config.yml").build());
    root.addOption(
        text(VARIABLE, "KEY=VALUE")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .description("Set a user variable; may be repeated")
            .build());
    root.addOption(flag(HELP).names("-h", "-help", HELP).usageHelp(true).build());
    root.addOption(flag(VERSION).versionHelp(true).build());
  }

  private static CommandLine configured(CommandLine parser) {
    return parser
        .setPosixClusteredShortOptionsAllowed(false)
        .setOverwrittenOptionsAllowed(true)
        .setAllowSubcommandsAsOptionParameters(true)
        .setExpandAtFiles(false)
        .setInterpolateVariables(false);
  }

  private static OptionSpec option(Setting setting) {
    String name = "--" + setting.key();
    OptionSpec.Builder option =
        setting.kind() == Kind.FLAG
            ? flag(name).arity("0..1").fallbackValue("true")
            : text(name, setting.kind().label());
    return option.description(setting.description()).build();
  }

  private static OptionSpec.Builder text(String name, String label) {
    return inherited(name).type(String.class).arity("1").paramLabel(label);
  }

  private static OptionSpec.Builder flag(String name) {
    return inherited(name).type(Boolean.class).arity("0");
  }

  private static OptionSpec.Builder inherited(String name) {
    return OptionSpec.builder(name.substring(1), name).scopeType(ScopeType.INHERIT);
  }

  private static void addSingleHyphens(CommandSpec spec) {
    for (OptionSpec option : List.copyOf(spec.options())) {
      Set<String> names = names(option);
      spec.remove(option);
      spec.addOption(OptionSpec.builder(option).names(names.toArray(String[]::new)).build());
    }
  }

  private static Set<String> names(OptionSpec option) {
    return List.of(option.names()).stream()
        .flatMap(name -> List.of(name, name.replaceFirst("^--", "-")).stream())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }
}
