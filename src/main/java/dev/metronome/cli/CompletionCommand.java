package dev.metronome.cli;

import java.util.Locale;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

/** Teaches a shell to complete command lines. */
@picocli.CommandLine.Command(
    name = "completion",
    description = "Print what makes a shell complete commands, options and their values",
    footer = {
      "metronome completion bash > /etc/bash_completion.d/metronome",
      "metronome completion zsh >> ~/.zshrc",
      "metronome completion fish > ~/.config/fish/completions/metronome.fish",
    })
final class CompletionCommand implements Command.Standalone {

  /** The shells that can be taught. */
  enum Shell {
    BASH,
    ZSH,
    FISH
  }

  @Parameters(paramLabel = "SHELL", description = "bash, zsh or fish")
  private String shell;

  @Override
  public ExitCode run(Terminal terminal) {
    CommandLine words = Completion.words();
    terminal
        .out()
        .print(
            switch (shell()) {
              case BASH, ZSH -> AutoComplete.bash(words.getCommandName(), words);
              case FISH -> FishCompletion.of(words.getCommandSpec());
            });
    return ExitCode.DONE;
  }

  private Shell shell() {
    for (Shell known : Shell.values()) {
      if (known.name().toLowerCase(Locale.ROOT).equals(shell)) {
        return known;
      }
    }
    throw new CommandException(
        ExitCode.USAGE, "SHELL must be bash, zsh or fish, found `" + shell + "`");
  }
}
