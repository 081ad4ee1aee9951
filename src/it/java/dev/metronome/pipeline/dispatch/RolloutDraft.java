package dev.metronome.pipeline.dispatch;

import dev.metronome.model.record.Batching;
import dev.metronome.model.record.HealthGate;
import dev.metronome.model.record.NodeSelector;
import dev.metronome.model.record.Part;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Rollout;
import dev.metronome.model.record.Share;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A random event: its tasks, and how much goes wrong with it. */
final class RolloutDraft {

  /** Of the name of a service, before how many nodes have it. */
  static final String TIER = "tier";

  private static final int NODES = 40;

  final List<PlannedTask> tasks = new ArrayList<>();

  /** How often, of a hundred steps, somebody dies, and how often a check is another. */
  final int trouble;

  final int flapping;

  private final Random random;
  private final int failing;
  private final int failingUndo;

  /** At which of its tasks somebody cancels it; -1: at none. */
  private final int cancelledAt;

  RolloutDraft(Random random) {
    this.random = random;
    this.trouble = some(0, 0, 10, 30);
    this.flapping = some(0, 3, 12);
    this.failing = some(0, 1, 5, 30);
    this.failingUndo = some(0, 0, 10);
    int ordered = 1 + random.nextInt(3);
    boolean undoes = random.nextInt(3) > 0;
    for (int no = 0; no < ordered; no++) {
      tasks.add(ordered(no, "tier" + size()));
    }
    for (int no = ordered - 1; undoes && no >= 0; no--) {
      if (random.nextInt(3) > 0) {
        tasks.add(undo(tasks.get(no)));
      }
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      tasks.add(task("unlock", Part.FINALLY, TIER + size(), false, batching(Optional.empty())));
    }
    this.cancelledAt = random.nextInt(3) == 0 ? random.nextInt(tasks.size()) : -1;
  }

  private int some(int... values) {
    return values[random.nextInt(values.length)];
  }

  /** Rather few. */
  private int size() {
    double draw = random.nextDouble();
    return 1 + (int) (NODES * draw * draw * draw * draw);
  }

  private PlannedTask ordered(int no, String service) {
    boolean gated = random.nextBoolean();
    return task(
        "task-" + no,
        null,
        service,
        random.nextInt(3) == 0,
        batching(gated ? Optional.of(gate()) : Optional.empty()));
  }

  private PlannedTask undo(PlannedTask of) {
    return new PlannedTask(
        tasks.size(),
        of.pattern(),
        of.task(),
        Optional.of(Part.UNDO),
        Optional.of(of.no()),
        of.nodes(),
        of.rollout(),
        of.batching().ungated());
  }

  private PlannedTask task(
      String name, Part part, String service, boolean goesOn, Batching batching) {
    return new PlannedTask(
        tasks.size(),
        "web",
        name,
        Optional.ofNullable(part),
        Optional.empty(),
        new NodeSelector(Optional.of(service), Optional.empty()),
        new Rollout(
            true,
            false,
            false,
            1,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(goesOn)),
        batching);
  }

  private HealthGate gate() {
    int calm = some(0, 2, 5, 10);
    Optional<Share> keep = random.nextInt(3) == 0 ? Optional.of(share(2, 60)) : Optional.empty();
    return new HealthGate(calm, calm + some(0, 5, 30, 60), keep);
  }

  private Batching batching(Optional<HealthGate> gate) {
    List<Share> serial = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      serial.add(share(8, 100));
    }
    Share mayFail = random.nextInt(3) == 0 ? share(5, 100) : new Share(random.nextInt(3), false);
    return new Batching(serial, Optional.empty(), Optional.empty(), Optional.of(mayFail), gate);
  }

  private Share share(int most, int percent) {
    return random.nextBoolean()
        ? new Share(1 + random.nextInt(most), false)
        : new Share(1 + random.nextInt(percent), true);
  }

  /** Whether somebody cancels the event in this step, while that task is at the head. */
  boolean cancels(PlannedTask task) {
    return task.no() == cancelledAt && random.nextInt(6) == 0;
  }

  /** Whether an operation of the task fails. */
  boolean fails(PlannedTask task) {
    return random.nextInt(100) < (task.isUndo() ? failingUndo : failing);
  }
}
