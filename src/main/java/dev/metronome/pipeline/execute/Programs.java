package dev.metronome.pipeline.execute;

import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.Reason;
import dev.metronome.pipeline.process.BoundedOutput;
import dev.metronome.pipeline.process.Cookie;
import dev.metronome.pipeline.process.Execution;
import dev.metronome.pipeline.process.Leftovers;
import dev.metronome.pipeline.process.ProcessCommand;
import dev.metronome.pipeline.process.ProcessOutcome;
import dev.metronome.pipeline.process.ProcessRunner;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Runs the programs of operations: in the pattern's folder, with the task's environment, until the
 * task's time is up. Thread-safe.
 *
 * <p><em>Guarantees</em>: if the calling thread is interrupted, all of the program's processes have
 * been ended when the call returns. What a program leaves running in the background when it exits
 * by itself is no part of the next one.
 */
public final class Programs {

  private final ProcessRunner runner;
  private final Duration killGrace;
  private final AtomicLong started = new AtomicLong();
  private final Survivors survivors;

  /** Told of processes of a task that could not be ended. */
  @FunctionalInterface
  public interface Survivors {
    void survived(String eventId, int no, Leftovers processes);
  }

  /**
   * @param killGrace how long processes have between SIGTERM and SIGKILL
   * @param survivors hears of processes that could not be ended
   */
  public Programs(ProcessRunner runner, Duration killGrace, Survivors survivors) {
    this.runner = runner;
    this.killGrace = killGrace;
    this.survivors = survivors;
  }

  /**
   * Runs a program; its output goes to the task's log.
   *
   * @throws OperationFailedException if it does not exit with 0
   */
  public void run(Program program, TaskRun run) throws InterruptedException {
    run(program, run, run.log());
  }

  /**
   * Runs a program; its output goes where the caller wants it.
   *
   * @throws OperationFailedException if it does not exit with 0
   */
  public void run(Program program, TaskRun run, BoundedOutput output) throws InterruptedException {
    int code = exitCode(program, run, output);
    if (code != 0) {
      throw failed(program, code);
    }
  }

  /**
   * Runs a program and returns its exit code.
   *
   * @throws OperationFailedException if it could not be run, or did not end in time
   */
  public int exitCode(Program program, TaskRun run, BoundedOutput output)
      throws InterruptedException {
    Duration remaining = run.remaining();
    if (remaining.isNegative() || remaining.isZero()) {
      throw timedOut(run);
    }
    Cookie cookie = new Cookie(run.cookie().value() + "/" + started.incrementAndGet());
    Execution execution = runner.start(command(program, run, remaining), cookie, output);
    ProcessOutcome outcome = await(execution, run);
    output.endLine(); // or the next program would go on with its last line
    return judge(outcome, program, run);
  }

  /** What to say of a program that has exited with another code than 0. */
  public static OperationFailedException failed(Program program, int code) {
    return new OperationFailedException(
        program.title() + " ended with exit code " + code + meaning(code));
  }

  /** What a shell means by it; the name stands in the log. */
  private static String meaning(int code) {
    return switch (code) {
      case 126 -> " (a program that it calls cannot be executed, its log says which)";
      case 127 -> " (a program that it calls was not found, its log says which)";
      default -> SignalNames.of(code - 128).map(name -> " (killed by " + name + ")").orElse("");
    };
  }

  private ProcessCommand command(Program program, TaskRun run, Duration remaining) {
    Map<String, String> environment = new HashMap<>(run.environment());
    environment.putAll(program.environment());
    return new ProcessCommand(
        program.argv(),
        run.pattern().directory(),
        environment,
        program.stdin(),
        remaining,
        killGrace,
        run.user());
  }

  private ProcessOutcome await(Execution execution, TaskRun run) throws InterruptedException {
    try {
      return tell(execution.await(), execution, run);
    } catch (InterruptedException e) {
      execution.cancel("the operation was interrupted");
      tell(awaitEnd(execution), execution, run);
      throw e;
    }
  }

  private ProcessOutcome tell(ProcessOutcome outcome, Execution execution, TaskRun run) {
    if (!outcome.survivors().isEmpty()) {
      Assignment assignment = run.assignment();
      Leftovers left = new Leftovers(execution.cookie());
      survivors.survived(assignment.event().id(), assignment.task().no(), left);
    }
    return outcome;
  }

  /** The ending of a tree of processes is bounded; it is seen through. */
  private static ProcessOutcome awaitEnd(Execution execution) {
    Optional<ProcessOutcome> ended = Optional.empty();
    while (ended.isEmpty()) {
      ended = ended(execution);
    }
    return ended.get();
  }

  private static Optional<ProcessOutcome> ended(Execution execution) {
    try {
      return Optional.of(execution.await());
    } catch (InterruptedException e) {
      return Optional.empty();
    }
  }

  private static int judge(ProcessOutcome outcome, Program program, TaskRun run) {
    if (outcome instanceof ProcessOutcome.Exited exited) {
      return exited.code();
    }
    if (outcome instanceof ProcessOutcome.NotStarted failed) {
      String advice = program.advice().isEmpty() ? "" : "; " + program.advice();
      throw new OperationFailedException(
          failed.reason() + " (exit code " + failed.code() + ")" + advice);
    }
    if (outcome instanceof ProcessOutcome.Cancelled cancelled) {
      throw new OperationFailedException(Reason.INTERRUPTED, cancelled.reason());
    }
    throw timedOut(run);
  }

  private static OperationFailedException timedOut(TaskRun run) {
    return new OperationFailedException(
        Reason.TIMEOUT, run.overdue() + "; its processes were ended");
  }
}
