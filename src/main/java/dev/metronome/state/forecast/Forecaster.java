package dev.metronome.state.forecast;

import dev.metronome.consul.Catalog;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.model.record.Approval;
import dev.metronome.model.record.Blocked.BlockedEvent;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Freeze;
import dev.metronome.model.record.HealthGate;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Limit;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Reason;
import dev.metronome.model.schedule.Schedule;
import dev.metronome.model.schedule.TaskDefinition;
import dev.metronome.pipeline.dispatch.Drafter;
import dev.metronome.pipeline.dispatch.KnownAgents;
import dev.metronome.pipeline.dispatch.Limits;
import dev.metronome.pipeline.dispatch.LiveAgents;
import dev.metronome.pipeline.dispatch.PlanSimulation;
import dev.metronome.pipeline.dispatch.ServiceHealth;
import dev.metronome.pipeline.dispatch.Targets;
import dev.metronome.pipeline.traffic.Barriers;
import dev.metronome.pipeline.traffic.Freezes;
import dev.metronome.state.NodeView.Difference;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Foretells the course of an event by the classes that the leader goes by: {@link Drafter} for its
 * tasks, {@link PlanSimulation} for its nodes and its end. Thread-safe; writes nothing.
 *
 * <p><em>Guarantees</em>: while neither catalog nor files change, an event that is fired then runs
 * these tasks on these nodes. No secret that {@code mask} knows, nor the value of a variable, a
 * parameter or an argument whose name says that it is one, stands in what it returns.
 *
 * <p><em>Does not guarantee</em> that the leader's files are these: it says so where they are not.
 * Variables of variables.yml and {@code --var} are taken from here; those of the nodes are not
 * known. Answers of several requests are not of one moment.
 */
public final class Forecaster {
  private final Supplier<Schedule> schedule;
  private final ConsulConnection connection;
  private final Keys keys;
  private final boolean skippable;
  private final UnaryOperator<Set<String>> undrainable;
  private final SecretMask discretion;
  private final Clock clock;
  private final LaneQueue queue;

  /**
   * By what waits and runs in the cluster.
   *
   * @param schedule the files to go by
   * @param skippable whether a task that says nothing is skipped when no node matches
   * @param undrainable those of some services that operations may not take out of traffic, as far
   *     as it is known here
   * @param mask hides known secrets in a text
   */
  public Forecaster(
      Supplier<Schedule> schedule,
      ConsulConnection connection,
      Keys keys,
      boolean skippable,
      UnaryOperator<Set<String>> undrainable,
      UnaryOperator<String> mask,
      Clock clock) {
    this(
        schedule,
        connection,
        keys,
        skippable,
        undrainable,
        mask,
        clock,
        new PresentQueue(connection, keys, clock));
  }

  /**
   * The same, by what is said to wait and run.
   *
   * @param queue what is before an event
   */
  public Forecaster(
      Supplier<Schedule> schedule,
      ConsulConnection connection,
      Keys keys,
      boolean skippable,
      UnaryOperator<Set<String>> undrainable,
      UnaryOperator<String> mask,
      Clock clock,
      LaneQueue queue) {
    this.schedule = schedule;
    this.connection = connection;
    this.keys = keys;
    this.skippable = skippable;
    this.undrainable = undrainable;
    this.discretion = new SecretMask(mask);
    this.clock = clock;
    this.queue = queue;
  }

  /**
   * An event that nobody has fired.
   *
   * @throws IllegalArgumentException if the name or a parameter cannot be an event's
   */
  public static Event imagined(
      String name, Map<String, String> params, Optional<Limit> limit, boolean ahead, Instant now) {
    return Event.of("forecast", name, params, now, "plan", null).limited(limit).ahead(ahead);
  }

  /**
   * What would become of an event. Of one that goes on with another: only the tasks that it would
   * run then, the first one only where it would.
   *
   * @throws UndefinedEventException if the task files do not define it
   */
  public Forecast of(Event event) {
    Schedule files = schedule.get();
    ClusterSnapshot around = ClusterSnapshot.read(connection, keys);
    around.demandDefined(event.name(), files);
    Drafter.Draft draft =
        new Drafter(() -> files, connection, keys, skippable, clock, "").draft(event);
    PlanSimulation.Course course =
        draft
            .plan()
            .map(plan -> course(plan, around))
            .orElseGet(() -> new PlanSimulation.Course(List.of(), draft.rejection().orElseThrow()));
    List<String> lacking = draft.plan().map(Plan::leftOutBefore).orElse(List.of());
    return forecast(event, files, around, course, lacking);
  }

  /** Fresh for each forecast. */
  private Targets targets(Catalog catalog) {
    KnownAgents known = new KnownAgents(connection, keys, System::nanoTime);
    return new Targets(catalog, new LiveAgents(catalog), known);
  }

  private PlanSimulation.Course course(Plan plan, ClusterSnapshot around) {
    Duration start = around.startTimeout().orElse(Limits.DEFAULT.start());
    Catalog catalog = new Catalog(connection);
    ServiceHealth health = new ServiceHealth(catalog, () -> {});
    return new PlanSimulation(targets(catalog), health, keys).of(plan, start, around::objection);
  }

  private Forecast forecast(
      Event event,
      Schedule files,
      ClusterSnapshot around,
      PlanSimulation.Course course,
      List<String> lacking) {
    Map<String, String> patterns = ClusterSnapshot.digests(files, event.name());
    Rehearsal rehearsal = new Rehearsal(files, event.params(), discretion);
    List<Forecast.Task> tasks = new ArrayList<>();
    for (PlanSimulation.Turn turn : course.turns()) {
      tasks.add(task(turn, files, around, rehearsal));
    }
    Map<String, String> shown = new TreeMap<>(discretion.masked(event.params()));
    List<Difference> differences = around.differences(event.name(), patterns);
    List<String> doubts = new ArrayList<>(around.doubts(event.name(), differences, tasks));
    lacking.forEach(part -> doubts.add("left out: " + part));
    event.limit().flatMap(around::objection).ifPresent(doubts::add);
    LaneForecast lane = LaneForecast.of(event, files, queue);
    lane.rejection().ifPresent(doubts::add);
    doubts.addAll(undrained(tasks));
    doubts.addAll(unspread(course.turns(), tasks));
    doubts.addAll(unheld(tasks));
    course.turns().forEach(turn -> doubts.addAll(kept(turn)));
    Fingerprint fingerprint =
        Fingerprint.of(event.name(), shown, List.of(patterns, differences), tasks);
    return new Forecast(
        fingerprint.toString(),
        clock.instant(),
        event.name(),
        shown,
        event.limit(),
        Optional.of(lane),
        start(lane, event, files),
        blocked(event, files),
        files.parametersOf(event.name()).all(),
        around.leader(),
        patterns,
        differences,
        around.outcome(event.name(), course.outcome()),
        doubts,
        tasks);
  }

  /** By a freeze, or else by its windows. */
  private Optional<BlockedEvent> blocked(Event event, Schedule files) {
    return freezes(event, files).stream()
        .findFirst()
        .map(freeze -> new BlockedEvent(event.id(), freeze.sentence(), freeze.until()))
        .or(
            () ->
                Barriers.against(files.windowsOf(event.name()), clock.instant())
                    .map(why -> new BlockedEvent(event.id(), why.sentence(), why.until())));
  }

  private List<Freeze> freezes(Event event, Schedule files) {
    String lane = files.laneOf(event.name()).lane().name();
    Instant now = clock.instant();
    return new Freezes(connection, keys)
        .all().stream().filter(it -> it.holds(event.name(), lane) && !it.isOver(now)).toList();
  }

  /** By its lane, then by freezes, then by its windows. */
  private Optional<Instant> start(LaneForecast lane, Event event, Schedule files) {
    Optional<Instant> start = lane.turn(clock.instant());
    for (Freeze freeze : freezes(event, files)) {
      start = start.flatMap(at -> freeze.until().map(end -> end.isAfter(at) ? end : at));
    }
    return start.flatMap(files.windowsOf(event.name())::opening);
  }

  /** What cannot be taken out of traffic, and so will fail. */
  private List<String> undrained(List<Forecast.Task> tasks) {
    Map<String, String> drained = new TreeMap<>();
    tasks.stream()
        .filter(task -> task.plan().rollout().drainSeconds().isPresent())
        .forEach(
            task ->
                task.plan().service().ifPresent(name -> drained.putIfAbsent(name, task.title())));
    return drained.isEmpty()
        ? List.of()
        : undrainable.apply(drained.keySet()).stream()
            .sorted()
            .map(
                service ->
                    "task "
                        + drained.get(service)
                        + " takes "
                        + service
                        + " out of traffic (drain), and the operations' token here lacks: service \""
                        + service
                        + "\" { policy = \"write\" }")
            .toList();
  }

  /** What {@code keep} does not let open: for ever, or as it is now; the first batch of each. */
  private static List<String> kept(PlanSimulation.Turn turn) {
    String task =
        "task " + turn.task().no() + " " + turn.task().pattern() + "/" + turn.task().task();
    List<String> doubts = new ArrayList<>();
    turn.gate().never().stream()
        .limit(1)
        .forEach(batch -> doubts.add(task + " can never open " + batch));
    turn.gate().forbidden().stream()
        .limit(1)
        .forEach(batch -> doubts.add(task + " would not open " + batch));
    return doubts;
  }

  /** What waits for somebody who holds a key. */
  private List<String> unheld(List<Forecast.Task> tasks) {
    Catalog catalog = new Catalog(connection);
    List<String> doubts = new ArrayList<>();
    for (Forecast.Task task : tasks) {
      boolean waits =
          task.outcome().flatMap(Outcome::reason).filter(Reason.NO_TARGET::equals).isPresent();
      task.plan()
          .nodes()
          .holder()
          .filter(key -> waits && catalog.holder(key).isEmpty())
          .ifPresent(
              key ->
                  doubts.add(
                      "task "
                          + task.title()
                          + " runs on the holder of "
                          + key
                          + ", and nobody holds that key now"));
    }
    return doubts;
  }

  /** What is spread less than its task file may mean. */
  private static List<String> unspread(List<PlanSimulation.Turn> turns, List<Forecast.Task> tasks) {
    List<String> doubts = new ArrayList<>();
    for (int at = 0; at < turns.size(); at++) {
      List<String> without = turns.get(at).unspread();
      if (!without.isEmpty()) {
        doubts.add(
            "task "
                + tasks.get(at).title()
                + " is spread by `"
                + tasks.get(at).plan().batching().spread().orElseThrow()
                + "` of the node meta, which "
                + (without.size() == turns.get(at).targets().size()
                    ? "no node of it has"
                    : String.join(", ", without) + " lack")
                + "; they count as one value");
      }
    }
    return doubts;
  }

  /** Consul does not tell letters by their case; people who compare names do. */
  private Optional<String> otherwise(String service) {
    List<String> names = new Catalog(connection).namesOf(service);
    return names.isEmpty() || names.equals(List.of(service))
        ? Optional.empty()
        : Optional.of(String.join(", ", names));
  }

  private static Forecast.Task asked(PlanSimulation.Turn turn, Approval approval) {
    return new Forecast.Task(
        turn.task(),
        approval.message(),
        turn.task().filter(),
        approval.timeoutSeconds(),
        List.of(),
        approval.timeoutSeconds(),
        List.of(),
        List.of(),
        turn.outcome(),
        List.of(),
        Optional.empty());
  }

  private Forecast.Task task(
      PlanSimulation.Turn turn, Schedule files, ClusterSnapshot around, Rehearsal rehearsal) {
    PlannedTask task = turn.task();
    if (task.isApproval()) {
      return asked(turn, task.approval().orElseThrow());
    }
    TaskDefinition definition = files.task(task.pattern(), task.task()).orElseThrow();
    String digest = files.pattern(task.pattern()).orElseThrow().digest();
    long timeout =
        Math.min(definition.timeout().toSeconds(), around.finishSeconds().orElse(Long.MAX_VALUE));
    Optional<HealthGate> gate = task.batching().health();
    long waiting = gate.map(HealthGate::withinSeconds).orElse(0L);
    long before = gate.filter(it -> it.keep().isPresent()).map(it -> waiting).orElse(0L);
    long longest = timeout + task.rollout().addedSeconds().orElse(0L) + waiting;
    return new Forecast.Task(
        task,
        definition.description(),
        task.filter()
            + task.nodes()
                .runOn()
                .filter(share -> !task.isUndo())
                .map(share -> " (run on " + share + ")")
                .orElse(""),
        timeout,
        turn.batches(),
        before + longest * Math.max(1, turn.batches().size()),
        turn.gate().sick(),
        around.nodes(turn, digest),
        turn.outcome(),
        rehearsal.operations(task),
        task.service().flatMap(this::otherwise));
  }
}
