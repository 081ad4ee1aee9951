package dev.metronome.pipeline.execute;

import dev.metronome.base.account.Account;
import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.TraceParent;
import dev.metronome.model.schedule.Operation;
import dev.metronome.model.schedule.Pattern;
import dev.metronome.model.schedule.Schedule;
import dev.metronome.model.schedule.TaskDefinition;
import dev.metronome.model.schedule.VariableSource;
import dev.metronome.model.schedule.Variables;
import dev.metronome.pipeline.process.BoundedOutput;
import dev.metronome.pipeline.process.Cookie;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One attempt at a task on this node, from its claim, or the failure of the attempt before, to what
 * comes of its operations; property {@value #PROPERTY} of the exchange that runs it, and of those
 * of its operations.
 */
public final class TaskRun {

  /** Name of the exchange property. */
  public static final String PROPERTY = "MetronomeTaskRun";

  private final Assignment assignment;
  private final Pattern pattern;
  private final Schedule schedule;
  private final TaskDefinition task;
  private final Variables variables;
  private final Captures captures;
  private final TaskEnvironment environment;
  private final Optional<Account> user;
  private final int attempt;
  private final Cookie cookie;
  private final BoundedOutput log;
  private final long startNanos;
  private final long deadlineNanos;
  private volatile Optional<TraceParent> place = Optional.empty();
  private volatile boolean begun;

  TaskRun(
      Assignment assignment,
      Pattern pattern,
      Schedule schedule,
      TaskDefinition task,
      Variables variables,
      Captures captures,
      TaskEnvironment environment,
      Optional<Account> user,
      int attempt,
      Duration pause,
      Cookie cookie,
      BoundedOutput log) {
    this.assignment = assignment;
    this.pattern = pattern;
    this.schedule = schedule;
    this.task = task;
    this.variables = variables;
    this.captures = captures;
    this.environment = environment;
    this.user = user;
    this.attempt = attempt;
    this.cookie = cookie;
    this.log = log;
    this.startNanos = System.nanoTime() + pause.toNanos();
    this.deadlineNanos = startNanos + task.timeout().toNanos();
  }

  /**
   * The attempt after this one.
   *
   * @param pause before it begins
   */
  TaskRun next(Duration pause) {
    return attempt(attempt + 1, pause);
  }

  /** The same attempt, which begins later, at the earliest after this time. */
  TaskRun after(Duration pause) {
    return attempt(attempt, pause.compareTo(pause()) > 0 ? pause : pause());
  }

  private TaskRun attempt(int number, Duration pause) {
    return new TaskRun(
        assignment,
        pattern,
        schedule,
        task,
        variables,
        captures,
        environment,
        user,
        number,
        pause,
        cookie,
        log);
  }

  /** For routes: whether its service is out of traffic meanwhile. */
  public boolean isDrained() {
    return assignment.task().rollout().drainSeconds().isPresent();
  }

  /** For routes: whether its operations are still to be run. */
  public boolean isDue() {
    return !begun;
  }

  /** Its operations are run from now on. */
  TaskRun begin() {
    begun = true;
    return this;
  }

  /** What is to be run, in its order. */
  List<OperationCall> operations() {
    List<OperationCall> calls = new ArrayList<>();
    for (Operation operation : task.operations()) {
      calls.add(new OperationCall(operation, calls.size() + 1));
    }
    return List.copyOf(calls);
  }

  public Assignment assignment() {
    return assignment;
  }

  /** The folder that operations run in, and the file that they come from. */
  public Pattern pattern() {
    return pattern;
  }

  public TaskDefinition task() {
    return task;
  }

  /** What templates in its operations stand for now, captured variables included. */
  public Variables variables() {
    return variables.with(VariableSource.CAPTURED, captures.all());
  }

  /**
   * Makes a value known to the later operations on this node, of this event and of later ones: as
   * {@code {{name}}} where templates are resolved, and to scripts as {@code METRONOME_VAR_NAME}, in
   * capitals, with an underscore for each character that is neither a letter nor a digit.
   */
  public void capture(String name, String value) {
    captures.put(assignment.event().id(), name, value);
  }

  /** What its processes find in their environment now, besides the agent's own. */
  public Map<String, String> environment() {
    Map<String, String> found =
        environment.of(
            assignment,
            pattern,
            schedule,
            attempt,
            variables(),
            captures.exported(assignment.event().id()));
    place.ifPresent(it -> found.put("TRACEPARENT", it.text()));
    return found;
  }

  /** Where in a trace its processes begin from now on. */
  void continuing(Optional<TraceParent> from) {
    place = from;
  }

  /** Whom its programs run as, unless it is the agent's own user. */
  public Optional<Account> user() {
    return user;
  }

  /** Which attempt of the task this is, from 1. */
  public int attempt() {
    return attempt;
  }

  /** What marks its processes. */
  public Cookie cookie() {
    return cookie;
  }

  /** What will be stored as the task's log. */
  public BoundedOutput log() {
    return log;
  }

  /** What to say when the task's time is up. */
  String overdue() {
    return "the task took longer than its timeout of " + task.timeout().toSeconds() + " s";
  }

  /** Time until its operations may begin: a further attempt waits for the task's back-off. */
  Duration pause() {
    return Duration.ofNanos(Math.max(0, startNanos - System.nanoTime()));
  }

  /** Time until the task's own timeout, by a monotonic clock; zero or less when it is over. */
  public Duration remaining() {
    return Duration.ofNanos(deadlineNanos - System.nanoTime());
  }
}
