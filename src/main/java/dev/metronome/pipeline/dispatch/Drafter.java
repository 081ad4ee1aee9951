package dev.metronome.pipeline.dispatch;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Presence;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Resume;
import dev.metronome.model.schedule.BrokenFile;
import dev.metronome.model.schedule.Schedule;
import dev.metronome.model.schedule.ScheduledTask;
import dev.metronome.model.schedule.VariableSource;
import dev.metronome.model.schedule.Variables;
import dev.metronome.pipeline.membership.Roster;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Drafts the plan of an event by task files. It needs no leadership, since it writes nothing: who
 * wants to know beforehand what the leader would do asks the same class as the leader.
 */
public final class Drafter {

  /** Bytes of a plan; base64 and the first assignments come on top, up to Consul's 512 KiB. */
  static final int PLAN_LIMIT = 280_000;

  private final Supplier<Schedule> schedule;
  private final ConsulConnection connection;
  private final Keys keys;
  private final boolean skippable;
  private final Clock clock;
  private final String node;
  private final ForeignParts parts;

  /**
   * @param schedule the files in force now
   * @param skippable whether a task that says nothing is skipped when no node matches
   * @param node the name of the leader, for messages
   */
  public Drafter(
      Supplier<Schedule> schedule,
      ConsulConnection connection,
      Keys keys,
      boolean skippable,
      Clock clock,
      String node) {
    this.schedule = schedule;
    this.connection = connection;
    this.keys = keys;
    this.skippable = skippable;
    this.clock = clock;
    this.node = node;
    this.parts = new ForeignParts(connection, keys, node);
  }

  /**
   * What becomes of an event that is at the head of the queue.
   *
   * @param plan absent if it is rejected
   * @param rejection how it ends then
   */
  public record Draft(Optional<Plan> plan, Optional<Outcome> rejection) {
    static Draft of(Plan plan) {
      return new Draft(Optional.of(plan), Optional.empty());
    }

    static Draft rejected(Outcome outcome) {
      return new Draft(Optional.empty(), Optional.of(outcome));
    }
  }

  /** The plan with its first task at its head, waiting, or why there is none. */
  public Draft draft(Event event) {
    Schedule current = schedule.get();
    Optional<String> objection =
        current.objection(event.name()).or(() -> unknownPart(current, event.name()));
    if (objection.isPresent()) {
      return Draft.rejected(
          Outcome.error(Reason.FAILED, "the event " + event.name() + " " + objection.get()));
    }
    if (!current.defines(event.name())) {
      return Draft.rejected(undefined(event));
    }
    Optional<String> undeclared = current.objection(event.name(), event.params());
    if (undeclared.isPresent()) {
      return Draft.rejected(undeclared(event, undeclared.get()));
    }
    List<PlannedTask> tasks = tasks(current, event.name(), skippable);
    if (event.resume().filter(resume -> !resume.fits(tasks)).isPresent()) {
      return Draft.rejected(otherTask(event, event.resume().get(), tasks));
    }
    Plan plan =
        Plan.of(
            event,
            clock.instant(),
            digest(current, event.name()),
            tasks,
            parts.leftOut(current, event.name()));
    int size = Json.write(plan).length;
    return size <= PLAN_LIMIT
        ? Draft.of(plan)
        : Draft.rejected(tooLarge(event, tasks.size(), size));
  }

  /** Whoever has accepted it went by other files, or by none. */
  private Outcome undeclared(Event event, String why) {
    String files = node.isEmpty() ? "task files here" : "task files of the leader " + node;
    return Outcome.error(
        Reason.FAILED, "the " + files + " do not take " + event.name() + " as it is: " + why);
  }

  /** An event that can never be written must not block those behind it. */
  private static Outcome tooLarge(Event event, int tasks, int size) {
    return Outcome.error(
        Reason.FAILED,
        "the plan of "
            + event.name()
            + " has "
            + tasks
            + " tasks and "
            + size
            + " bytes, more than the "
            + PLAN_LIMIT
            + " that fit into a transaction; split the event, or send less with it");
  }

  /** An event that goes on with another must find the task where it was. */
  private static Outcome otherTask(Event event, Resume resume, List<PlannedTask> tasks) {
    String now =
        resume.from() < tasks.size()
            ? "is " + tasks.get(resume.from()).pattern() + "/" + tasks.get(resume.from()).task()
            : "does not exist";
    return Outcome.error(
        Reason.MISMATCH,
        "task "
            + resume.from()
            + " of "
            + event.name()
            + " was "
            + resume.pattern()
            + "/"
            + resume.task()
            + " in event "
            + resume.of()
            + " and "
            + now
            + " in the leader's task files; fire the event anew");
  }

  /**
   * The ordered tasks of an event.
   *
   * @param skippable whether a task that says nothing is skipped when no node matches
   */
  public static List<PlannedTask> tasks(Schedule schedule, String event, boolean skippable) {
    return schedule.tasksOf(event).stream()
        .map(task -> planned(schedule, task, skippable))
        .toList();
  }

  /**
   * Templates in a filter are resolved by what is this agent's own, not by what an event brings.
   */
  private static PlannedTask planned(Schedule schedule, ScheduledTask task, boolean skippable) {
    Variables own =
        schedule
            .variables()
            .with(
                VariableSource.TASK_FILE,
                schedule.pattern(task.pattern()).orElseThrow().variables());
    return task.planned(own::resolve, skippable);
  }

  /** The digests of the patterns that define the event, short, in their order. */
  private static String digest(Schedule schedule, String event) {
    return String.join(
        ",",
        schedule.patterns().stream()
            .filter(pattern -> pattern.events().containsKey(event))
            .map(pattern -> pattern.name() + ":" + pattern.digest().substring(0, 12))
            .toList());
  }

  private Outcome undefined(Event event) {
    List<String> knowing =
        agents().stream()
            .filter(p -> p.defines(event.name()))
            .map(Presence::node)
            .sorted()
            .toList();
    if (knowing.isEmpty()) {
      return Outcome.skip(
          Reason.UNDEFINED, "no agent's task files define the event " + event.name());
    }
    return Outcome.error(
        Reason.MISMATCH,
        "the event "
            + event.name()
            + " is defined on "
            + String.join(", ", knowing)
            + ", but not in the task files of the leader "
            + node
            + "; give all nodes the same files");
  }

  /** A file here may be beyond understanding; what its pattern has a part in, other agents know. */
  // INVARIANT: promise 10, no part of an event is left out without a word.
  private Optional<String> unknownPart(Schedule current, String event) {
    List<BrokenFile> leftOut = current.leftOut();
    if (leftOut.isEmpty()) {
      return Optional.empty();
    }
    List<Presence> agents = agents();
    return leftOut.stream()
        .filter(file -> agents.stream().anyMatch(agent -> agent.defines(event, file.pattern())))
        .map(
            file ->
                "is on other nodes also in pattern "
                    + file.pattern()
                    + ", whose file cannot be used here: "
                    + file.fault())
        .findFirst();
  }

  private List<Presence> agents() {
    return Roster.of(connection.list(keys.nodes()).value()).presences();
  }
}
