package dev.metronome.pipeline.execute;

import dev.metronome.base.account.Account;
import dev.metronome.base.account.UserSwitch;
import dev.metronome.base.account.UserSwitchException;
import dev.metronome.model.schedule.TaskDefinition;
import java.util.Optional;

/**
 * As whom the programs of a task run: its own {@code run_as}, else the setting {@code run-as}, else
 * the agent's user. Looked up anew for each run.
 *
 * @param otherwise the setting
 */
public record RunAs(Optional<String> otherwise, UserSwitch by) {

  /** By the means of this process. */
  public static RunAs otherwise(Optional<String> setting) {
    return new RunAs(setting, UserSwitch.ofThisProcess());
  }

  /**
   * Whom to become; empty for this process's own user, also where that is root and named.
   *
   * @throws OperationFailedException if that cannot be
   */
  Optional<Account> of(TaskDefinition task) {
    Optional<String> name = task.runAs().or(() -> otherwise);
    try {
      return name.map(by::to).filter(account -> account.uid() != 0);
    } catch (UserSwitchException e) {
      String source = task.runAs().isPresent() ? "run_as" : "the setting run-as";
      throw new OperationFailedException(
          "task " + task.name() + " is not run, by " + source + ": " + e.getMessage());
    }
  }
}
