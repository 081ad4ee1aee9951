package dev.metronome.cli;

import dev.metronome.config.Group;
import dev.metronome.config.Setting;
import dev.metronome.config.Settings;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The text of {@code --help}, at most {@value #WIDTH} columns wide. */
final class HelpPage {
  static final int WIDTH = 80;
  private static final int LEFT = 30;

  private final StringBuilder text = new StringBuilder();

  private HelpPage() {}

  /** The page of a command, or of the whole program. */
  static String of(CommandSpec spec) {
    HelpPage page = new HelpPage();
    if (spec.parent() == null) {
      page.root(spec);
    } else {
      page.command(spec);
    }
    return page.text.toString();
  }

  private void root(CommandSpec spec) {
    line("Metronome orders what an event does on the nodes of a Consul cluster.");
    heading("Usage");
    line("  metronome [OPTION]... [COMMAND] [ARGUMENT]...");
    heading("Commands");
    spec.subcommands().forEach((name, command) -> row(name, description(command.getCommandSpec())));
    heading("General");
    general(spec);
    for (Group group : Group.values()) {
      heading(group.heading());
      Settings.all().stream().filter(s -> s.group() == group).forEach(this::setting);
    }
    notes();
    examples(spec.subcommands().get("agent").getCommandSpec());
    heading("Exit codes");
    Arrays.stream(ExitCode.values()).forEach(c -> row(Integer.toString(c.code()), c.meaning()));
  }

  private void notes() {
    heading("Each option");
    line("  may be written -name value, -name=value, --name value or --name=value, before");
    line("  or after the command; it is also a key of config.yml and, as METRONOME_NAME, a");
    line("  variable of the environment. Consul's own CONSUL_* variables are understood.");
    line("  A flag wins over the environment, that over config.yml.");
  }

  private void command(CommandSpec spec) {
    line(description(spec) + ".");
    heading("Usage");
    line("  metronome " + spec.name() + " [OPTION]..." + arguments(spec));
    List<OptionSpec> own = spec.options().stream().filter(option -> !option.inherited()).toList();
    if (!own.isEmpty() || !spec.positionalParameters().isEmpty()) {
      heading("Options");
      spec.positionalParameters().forEach(p -> row(p.paramLabel(), join(p.description())));
      own.forEach(this::option);
    }
    heading("General");
    general(spec.root());
    line("");
    line("The options of the configuration may be given too; see metronome --help.");
    examples(spec);
  }

  private void general(CommandSpec root) {
    option(root.findOption(Syntax.CONFIG));
    option(root.findOption(Syntax.VARIABLE));
    row(Syntax.HELP, "Print this page, or a command's");
    row(Syntax.VERSION, "Print the version");
  }

  private void examples(CommandSpec spec) {
    String[] examples = spec.usageMessage().footer();
    if (examples.length > 0) {
      heading("Examples");
      Arrays.stream(examples).forEach(example -> line("  " + example));
    }
  }

  private void option(OptionSpec option) {
    String label = option.arity().max() == 0 ? "" : "=" + option.paramLabel();
    row(option.longestName() + label, join(option.description()));
  }

  private void setting(Setting setting) {
    String value = setting.defaultValue();
    String suffix = value.isEmpty() ? "" : " (" + value + ")";
    row("--" + setting.key() + "=" + setting.kind().label(), setting.description() + suffix);
  }

  private static String arguments(CommandSpec spec) {
    StringBuilder arguments = new StringBuilder();
    for (PositionalParamSpec parameter : spec.positionalParameters()) {
      String label = parameter.paramLabel() + (parameter.arity().max() > 1 ? "..." : "");
      arguments.append(' ').append(parameter.required() ? label : "[" + label + "]");
    }
    return arguments.toString();
  }

  private static String description(CommandSpec spec) {
    return join(spec.usageMessage().description());
  }

  private static String join(String... lines) {
    return String.join(" ", lines);
  }

  private void heading(String heading) {
    line("");
    line(heading + ":");
  }

  private void row(String left, String right) {
    StringBuilder line = new StringBuilder(String.format("  %-" + (LEFT - 3) + "s", left));
    int room = Math.max(LEFT, line.length() + 1);
    line.append(" ".repeat(room - line.length()));
    for (String word : right.split(" ", -1)) {
      if (line.length() + word.length() > WIDTH) {
        line(line.toString());
        line.setLength(0);
        line.append(" ".repeat(LEFT));
      }
      line.append(word).append(' ');
    }
    line(line.toString());
  }

  private void line(String line) {
    text.append(line.stripTrailing()).append('\n');
  }
}
