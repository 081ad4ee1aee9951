package dev.metronome.testing;

import dev.metronome.model.record.Approval;
import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.Batching;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.NodeSelector;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Rollout;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Records that tests begin with. */
public final class Records {

  public static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  private Records() {}

  public static Event event(String id) {
    return event(id, "deploy");
  }

  public static Event event(String id, String name) {
    return Event.of(id, name, Map.of(), NOON, "fire", "root@host");
  }

  /** A task for every node. */
  public static PlannedTask task(int no, String name) {
    return new PlannedTask(
        no,
        "web",
        name,
        new NodeSelector(Optional.empty(), Optional.empty()),
        new Rollout(true, false, false, 1));
  }

  public static PlannedTask filtered(int no, String name, String service, String tag) {
    return new PlannedTask(
        no,
        "web",
        name,
        new NodeSelector(Optional.of(service), Optional.ofNullable(tag)),
        new Rollout(true, false, false, 1));
  }

  public static PlannedTask retryable(int no, String name, int maxAttempts) {
    return new PlannedTask(
        no,
        "web",
        name,
        new NodeSelector(Optional.empty(), Optional.empty()),
        new Rollout(true, false, true, maxAttempts));
  }

  /** A step that runs nothing until somebody has agreed. */
  public static PlannedTask approval(int no, Approval approval) {
    return new PlannedTask(
        no,
        "web",
        Approval.STEP,
        Optional.empty(),
        Optional.empty(),
        new NodeSelector(Optional.empty(), Optional.empty()),
        new Rollout(false, false, false, 1),
        Batching.NONE,
        Optional.of(approval));
  }

  /** A plan of tasks task-0, task-1, … for every node. */
  public static Plan plan(String eventId, int tasks) {
    return plan(eventId, IntStream.range(0, tasks).mapToObj(no -> task(no, "task-" + no)).toList());
  }

  public static Plan plan(String eventId, List<PlannedTask> tasks) {
    return Plan.of(event(eventId), NOON, "web:0123456789ab", tasks).in(1);
  }

  public static Assignment assignment(String eventId, int no) {
    return Assignment.of(event(eventId), task(no, "task-" + no), 1, NOON);
  }

  /** Where the claim of a task of the common lane stands. */
  public static String claim(Keys keys, long epoch, String eventId, int no, String node) {
    return claims(keys, epoch, eventId, no) + node;
  }

  /** The prefix of all claims of such a task. */
  public static String claims(Keys keys, long epoch, String eventId, int no) {
    return keys.claims(Keys.COMMON_LANE, epoch) + eventId + "/" + no + "/";
  }
}
