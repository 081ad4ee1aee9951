package dev.metronome.pipeline.process;

import dev.metronome.pipeline.process.ProcessTable.Entry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Ends all processes of a tree: SIGTERM to each that is there, SIGKILL after the grace to what is
 * left, again and again while new ones appear.
 *
 * <p><i>Guarantees:</i> returns within the grace and a few seconds. What an orderly process starts
 * while it cleans up is not disturbed before the grace is over.
 *
 * <p><i>Does not guarantee</i> that nothing is left: it says what is.
 */
final class TreeKiller {
  /** Four seconds with their pauses: on a busy machine what is killed may take one to die. */
  private static final int PASSES = 50;

  private static final long LONGEST_PAUSE_MILLIS = 100;
  private static final String KILL_GROUPS = "for g; do kill -s KILL -- \"-$g\"; done";

  private final ProcessTable table;
  private final ControlGroups controlGroups;

  TreeKiller(ProcessTable table, ControlGroups controlGroups) {
    this.table = table;
    this.controlGroups = controlGroups;
  }

  /** Ends the tree; returns the numbers of the processes that survived. */
  List<Long> end(ProcessTree tree, Duration grace) throws InterruptedException {
    if (!grace.isZero()) {
      tree.members().forEach(member -> signal(member, ProcessHandle::destroy));
      awaitEnd(tree, grace);
    }
    controlGroups.kill(tree.cookie());
    killGroups(tree.groups());
    for (int pass = 1; pass <= PASSES && !hasEnded(tree); pass++) {
      tree.members().forEach(member -> signal(member, ProcessHandle::destroyForcibly));
      pause(Math.min(5L * pass, LONGEST_PAUSE_MILLIS));
    }
    List<Long> survivors = tree.members().stream().map(Entry::pid).toList();
    controlGroups.leave(tree.cookie());
    return survivors;
  }

  private static void awaitEnd(ProcessTree tree, Duration grace) throws InterruptedException {
    long deadline = System.nanoTime() + grace.toNanos();
    long millis = 5;
    while (!hasEnded(tree) && System.nanoTime() - deadline < 0) {
      pause(Math.min(millis, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()) + 1));
      millis = Math.min(millis * 2, LONGEST_PAUSE_MILLIS);
    }
  }

  /** Looks twice: a process may fork and exit behind the back of one reading. */
  private static boolean hasEnded(ProcessTree tree) {
    boolean empty = tree.members().isEmpty();
    return empty && tree.members().isEmpty();
  }

  /** Sends a signal to this very process; a failure shows in the next look at the tree. */
  private void signal(Entry member, Consumer<ProcessHandle> sending) {
    ProcessHandle.of(member.pid())
        .filter(handle -> table.read(member.pid()).filter(member::same).isPresent())
        .ifPresent(sending);
  }

  /** Only the kernel's kill of a group is faster than a process that forks and exits in a chain. */
  private static void killGroups(List<Long> groups) throws InterruptedException {
    if (groups.isEmpty()) {
      return;
    }
    List<String> argv = new ArrayList<>(ProcessRunner.shell(KILL_GROUPS));
    groups.forEach(group -> argv.add(group.toString()));
    try {
      ProcessBuilder killer = new ProcessBuilder(argv).redirectErrorStream(true);
      killer.redirectOutput(ProcessBuilder.Redirect.DISCARD);
      killer.start().waitFor(5, TimeUnit.SECONDS);
    } catch (IOException e) {
      // No process to be had, as in a fork storm: the passes that follow do without.
    }
  }

  private static void pause(long millis) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(millis);
  }
}
