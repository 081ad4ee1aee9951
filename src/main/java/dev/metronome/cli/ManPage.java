package dev.metronome.cli;

import dev.metronome.config.Group;
import dev.metronome.config.Setting;
import dev.metronome.config.Settings;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * The manual page as roff, of what {@link HelpPage} tells a command at a time: all commands, all
 * settings, all exit codes.
 */
final class ManPage {
  private final StringBuilder text = new StringBuilder();

  private ManPage() {}

  /** The page of the whole program. It holds no date, so that it is the same for each build. */
  static String of(CommandSpec root, String version) {
    ManPage page = new ManPage();
    page.macro("TH", "METRONOME", "1", "", "Metronome " + version, "User Commands");
    page.head();
    page.macro("SH", "COMMANDS");
    root.subcommands().values().forEach(command -> page.command(command.getCommandSpec()));
    page.options(root);
    page.exitCodes();
    page.surroundings();
    return page.text.toString();
  }

  private void head() {
    macro("SH", "NAME");
    raw("metronome \\- order what an event does on the nodes of a Consul cluster");
    macro("SH", "SYNOPSIS");
    raw(
        bold("metronome")
            + " ["
            + italic("OPTION")
            + "]... ["
            + italic("COMMAND")
            + "] ["
            + italic("ARGUMENT")
            + "]...");
    macro("SH", "DESCRIPTION");
    words(
        "An event that is put into a queue in Consul's KV is dispatched by a leader as ordered tasks,"
            + " as task.yml defines them; the nodes whose service and tag match run the first one,"
            + " while all others wait. Without a command the agent runs.");
    macro("PP");
    words(
        "Each option may be written -name value, -name=value, --name value or --name=value, before"
            + " or after the command. It is also a key of config.yml and, as METRONOME_NAME, a variable"
            + " of the environment. A flag wins over the environment, that over config.yml, and this"
            + " over Consul's own CONSUL_* variables.");
  }

  private void command(CommandSpec spec) {
    macro("SS", spec.qualifiedName());
    words(join(spec.usageMessage().description()) + ".");
    macro("PP");
    raw(bold(spec.qualifiedName()) + " [" + italic("OPTION") + "]..." + arguments(spec));
    spec.positionalParameters()
        .forEach(it -> entry(italic(it.paramLabel()), join(it.description())));
    spec.options().stream().filter(option -> !option.inherited()).forEach(this::option);
    String[] examples = spec.usageMessage().footer();
    if (examples.length > 0) {
      macro("PP");
      macro("EX");
      Arrays.stream(examples).forEach(example -> raw("    " + escaped(example)));
      macro("EE");
    }
    spec.subcommands().values().forEach(command -> command(command.getCommandSpec()));
  }

  private static String arguments(CommandSpec spec) {
    StringBuilder arguments = new StringBuilder();
    for (PositionalParamSpec parameter : spec.positionalParameters()) {
      String label = italic(parameter.paramLabel()) + (parameter.arity().max() > 1 ? "..." : "");
      arguments.append(' ').append(parameter.required() ? label : "[" + label + "]");
    }
    return arguments.toString();
  }

  private void options(CommandSpec root) {
    macro("SH", "OPTIONS");
    option(root.findOption(Syntax.CONFIG));
    option(root.findOption(Syntax.VARIABLE));
    entry(bold(Syntax.HELP), "Print help, or a command's");
    entry(bold(Syntax.VERSION), "Print the version");
    for (Group group : Group.values()) {
      macro("SS", group.heading());
      Settings.all().stream().filter(it -> it.group() == group).forEach(this::setting);
    }
  }

  private void option(OptionSpec option) {
    String label = option.arity().max() == 0 ? "" : "=" + italic(option.paramLabel());
    entry(bold(option.longestName()) + label, join(option.description()));
  }

  private void setting(Setting setting) {
    String value = setting.defaultValue();
    String told = setting.description() + (value.isEmpty() ? "" : " (" + value + ")");
    entry(bold("--" + setting.key()) + "=" + italic(setting.kind().label()), told);
  }

  private void exitCodes() {
    macro("SH", "EXIT STATUS");
    for (ExitCode code : ExitCode.values()) {
      entry(bold(Integer.toString(code.code())), code.meaning());
    }
  }

  private void surroundings() {
    macro("SH", "FILES");
    entry(
        italic("/etc/metronome/config.yml"),
        "Settings; variables.yml beside it has variables of users");
    entry(italic("/etc/metronome/environment"), "Variables of the service, with secrets");
    entry(italic("/etc/metronome/routes"), "The pipeline's routes, in place of those in the jar");
    entry(italic("/var/lib/metronome/output"), "The full output of tasks");
    macro("SH", "SEE ALSO");
    raw(bold("consul") + "(1), " + bold("systemctl") + "(1)");
  }

  /** An item of a list. */
  private void entry(String tag, String told) {
    macro("TP");
    raw(tag);
    words(told);
  }

  private void words(String plain) {
    raw(escaped(plain));
  }

  private void macro(String name, String... arguments) {
    StringBuilder line = new StringBuilder("." + name);
    for (String argument : arguments) {
      line.append(" \"").append(escaped(argument)).append('"');
    }
    text.append(line).append('\n');
  }

  /** A line of text must not look like a macro. */
  private void raw(String line) {
    text.append(line.startsWith(".") || line.startsWith("'") ? "\\&" : "")
        .append(line)
        .append('\n');
  }

  private static String bold(String plain) {
    return "\\fB" + escaped(plain) + "\\fR";
  }

  private static String italic(String plain) {
    return "\\fI" + escaped(plain) + "\\fR";
  }

  /** Hyphens as they are typed, so that an option can be searched for and copied. */
  private static String escaped(String plain) {
    return plain
        .replace("\\", "\\e")
        .replace("-", "\\-")
        .replace("\"", "\\(dq")
        .replace("'", "\\(aq")
        .replace("`", "\\(ga")
        .replace("^", "\\(ha")
        .replace("~", "\\(ti");
  }

  private static String join(String... lines) {
    return String.join(" ", List.of(lines)).strip();
  }
}
