package dev.metronome.pipeline.process;

import dev.metronome.base.crash.CrashPoint;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Watches over one running command on a daemon thread of its own, and ends it when it must.
 *
 * <p><i>Guarantees:</i> completes its outcome once, with a value or a failure.
 */
final class Supervisor {
  private final Process process;
  private final ProcessCommand command;
  private final ProcessTree tree;
  private final TreeKiller killer;
  private final ControlGroups controlGroups;
  private final List<OutputDrain> drains;
  private final Duration brief;
  private final CompletableFuture<ProcessOutcome> outcome = new CompletableFuture<>();
  private final Thread thread;

  private final Object lock = new Object();
  private boolean decided;
  private Optional<String> cancelled = Optional.empty();
  private boolean admitted;

  Supervisor(
      Process process,
      ProcessCommand command,
      ProcessTree tree,
      TreeKiller killer,
      ControlGroups controlGroups,
      List<OutputDrain> drains,
      Duration brief) {
    this.process = process;
    this.command = command;
    this.tree = tree;
    this.killer = killer;
    this.controlGroups = controlGroups;
    this.drains = List.copyOf(drains);
    this.brief = brief;
    this.thread = new Thread(this::run, "execution-" + process.pid());
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  CompletableFuture<ProcessOutcome> outcome() {
    return outcome;
  }

  /** Interrupts the wait for the process; nothing else ever interrupts this thread. */
  boolean cancel(String reason) {
    synchronized (lock) {
      if (decided) {
        return false;
      }
      decided = true;
      cancelled = Optional.of(reason);
      thread.interrupt();
      return true;
    }
  }

  private void run() {
    try {
      ProcessOutcome ended = supervise();
      outcome.complete(ended);
      CrashPoint.after("exit");
    } catch (Throwable failure) {
      outcome.completeExceptionally(failure);
    }
  }

  private ProcessOutcome supervise() throws InterruptedException {
    boolean exited = awaitExit();
    CrashPoint.before("exit");
    Optional<String> cancelReason = decide();
    if (cancelReason.isPresent()) {
      return new ProcessOutcome.Cancelled(cancelReason.get(), end());
    }
    if (!exited) {
      return new ProcessOutcome.TimedOut(command.timeout(), end());
    }
    if (admitted) {
      controlGroups.leave(tree.cookie());
    }
    OutputDrain.settle(drains);
    return new ProcessOutcome.Exited(process.exitValue());
  }

  private boolean awaitExit() {
    try {
      long deadline = System.nanoTime() + command.timeout().toNanos();
      long first = Math.min(brief.toNanos(), command.timeout().toNanos());
      if (process.waitFor(first, TimeUnit.NANOSECONDS)) {
        return true;
      }
      admitted = true;
      controlGroups.admit(tree);
      return process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException cancelled) {
      return false;
    }
  }

  /** From here on it is too late to cancel, and no interrupt can come any more. */
  private Optional<String> decide() {
    synchronized (lock) {
      decided = true;
      Thread.interrupted();
      return cancelled;
    }
  }

  private List<Long> end() throws InterruptedException {
    List<Long> survivors = killer.end(tree, command.killGrace());
    OutputDrain.settle(drains);
    return survivors;
  }
}
