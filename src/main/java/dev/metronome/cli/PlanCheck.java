package dev.metronome.cli;

import dev.metronome.model.record.Json;
import dev.metronome.model.record.NewerRecordException;
import dev.metronome.model.record.UnreadableRecordException;
import dev.metronome.state.forecast.Changes;
import dev.metronome.state.forecast.Fingerprint;
import dev.metronome.state.forecast.Forecast;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * {@code fire --plan} and {@code retry --plan}: whether the world is still as it was when somebody
 * looked at a plan.
 *
 * @param fingerprint what is left of it
 * @param forecast all of it, if its JSON was given
 */
record PlanCheck(Fingerprint fingerprint, Optional<Forecast> forecast) {

  /**
   * Reads what was typed: a fingerprint, or a file with what {@code plan --json} printed.
   *
   * @throws CommandException if it is neither
   */
  static PlanCheck of(String typed, Path folder) {
    return Fingerprint.parse(typed)
        .map(fingerprint -> new PlanCheck(fingerprint, Optional.empty()))
        .orElseGet(() -> read(folder.resolve(typed)));
  }

  private static PlanCheck read(Path file) {
    try {
      Forecast forecast = Json.read(file.toString(), Files.readAllBytes(file), Forecast.class);
      return new PlanCheck(
          Fingerprint.parse(forecast.fingerprint()).orElseThrow(() -> neither(file)),
          Optional.of(forecast));
    } catch (IOException | UnreadableRecordException | NewerRecordException e) {
      throw neither(file);
    }
  }

  private static CommandException neither(Path file) {
    return new CommandException(
        ExitCode.USAGE,
        "--plan must be a fingerprint that `metronome plan` printed, or a file with what `metronome"
            + " plan --json` printed; found "
            + file.getFileName());
  }

  /** What was typed, if something was. */
  static Optional<PlanCheck> typed(String plan, Terminal terminal) {
    return Optional.ofNullable(plan).map(it -> of(it, terminal.machine().workingDirectory()));
  }

  /**
   * Compares with how it is now.
   *
   * @param command that tells how it is now
   * @throws CommandException with every difference
   */
  void demandSame(Forecast now, String command) {
    List<String> changes =
        forecast
            .map(earlier -> Changes.since(earlier, now))
            .orElseGet(() -> Changes.since(fingerprint, now));
    if (!changes.isEmpty()) {
      throw new CommandException(
          ExitCode.CHANGED,
          "it is not as the plan says, and nothing was sent: "
              + String.join("; ", changes)
              + ". Look at `"
              + command
              + "` again; its fingerprint is now "
              + now.fingerprint());
    }
  }
}
