package dev.metronome.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** The examples that {@code --help} shows. */
class ExamplesTest {
  private static final Pattern METRONOME = Pattern.compile("(?:^|[ (/])metronome (.*)$");
  private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|([^ '\"]+)");

  static Stream<CommandSpec> commands() {
    return Syntax.parser().getSubcommands().values().stream()
        .map(CommandLine::getCommandSpec)
        .flatMap(
            spec ->
                spec.subcommands().isEmpty()
                    ? Stream.of(spec)
                    : Stream.concat(
                        Stream.of(spec),
                        spec.subcommands().values().stream().map(CommandLine::getCommandSpec)));
  }

  /**
   * The words after the program's name, up to where another program, a file or a comment comes in.
   */
  static String[] words(String example) {
    Matcher metronome = METRONOME.matcher(example);
    assertThat(metronome.find()).as(example).isTrue();
    List<String> words = new ArrayList<>();
    Matcher word = WORD.matcher(metronome.group(1).replaceFirst("\\)\"?$", ""));
    while (word.find() && !word.group().matches("[|<>&#].*")) {
      words.add(word.group().replaceAll("^['\"]|['\"]$", ""));
    }
    return words.toArray(String[]::new);
  }

  @ParameterizedTest
  @MethodSource("commands")
  void every_command_has_examples_and_each_is_one_of_it(CommandSpec spec) {
    String[] examples = spec.usageMessage().footer();
    assertThat(examples).as(spec.qualifiedName()).isNotEmpty();
    for (String example : examples) {
      CommandLineRequest request =
          new CommandLineRequest(Syntax.parser().parseArgs(words(example)));
      assertThat(request.last().commandSpec().name()).as(example).isEqualTo(spec.name());
      assertThat(example.length()).as(example).isLessThan(HelpPage.WIDTH - 2);
    }
  }
}
