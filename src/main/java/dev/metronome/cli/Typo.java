package dev.metronome.cli;

import dev.metronome.model.schedule.Nearest;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says what is wrong with a command line, and what was probably meant. */
final class Typo {
  private Typo() {}

  static CommandException refusal(ParameterException wrong) {
    CommandSpec spec = wrong.getCommandLine().getCommandSpec();
    String sentence =
        wrong instanceof UnmatchedArgumentException unmatched
            ? unmatched(unmatched.getUnmatched().get(0), spec)
            : lowerCase(wrong.getMessage());
    String help = "; see " + spec.qualifiedName() + " --help";
    String end = sentence.endsWith("?") ? "" : help;
    return new CommandException(ExitCode.USAGE, sentence + end, wrong);
  }

  private static String unmatched(String word, CommandSpec spec) {
    if (!word.startsWith("-")) {
      boolean root = spec.parent() == null;
      String kind = root ? "unknown command `" : "unexpected argument `";
      List<String> known = root ? List.copyOf(spec.subcommands().keySet()) : List.of();
      return kind + word + "`" + Nearest.hint(word, known);
    }
    String name = word.replaceFirst("=.*", "");
    List<String> known = new ArrayList<>();
    spec.optionsMap().keySet().stream().filter(n -> n.startsWith("--")).forEach(known::add);
    String doubled = name.startsWith("--") ? name : "-" + name;
    return "unknown option `" + name + "`" + Nearest.hint(doubled, known);
  }

  private static String lowerCase(String sentence) {
    return sentence.isEmpty()
        ? sentence
        : Character.toLowerCase(sentence.charAt(0)) + sentence.substring(1);
  }
}
