package dev.metronome.pipeline.execute;

import dev.metronome.base.account.Account;
import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Reason;
import dev.metronome.model.schedule.Pattern;
import dev.metronome.model.schedule.Retry;
import dev.metronome.model.schedule.Schedule;
import dev.metronome.model.schedule.TaskDefinition;
import dev.metronome.model.schedule.VariableSource;
import dev.metronome.model.schedule.Variables;
import dev.metronome.model.signature.EventSignatures;
import dev.metronome.pipeline.process.BoundedOutput;
import dev.metronome.pipeline.process.Cookie;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeException;
import org.apache.camel.ExchangeProperty;

/**
 * Prepares claimed tasks: finds them in this node's own task files and resolves their templates.
 *
 * <p><em>Guarantees</em>: a task runs to its end by the files as they were when it began. A plan
 * says which tasks run where and in which order; what a task does is said by the files in force on
 * the node when it takes it.
 */
public final class TaskRuns {

  private final Supplier<Schedule> schedule;
  private final Captures captures = new Captures();
  private final TaskEnvironment environment;
  private final Supplier<Map<String, String>> secrets;
  private final String node;
  private final Supplier<BoundedOutput> logs;
  private final RunAs runAs;
  private final Attempts attempts;
  private final AssignmentCheck check;
  private final Clock clock = Clock.systemUTC();
  private final List<Listener> listeners;

  /** Hears of each run that begins; must not block. */
  @FunctionalInterface
  public interface Listener {
    /**
     * A run begins.
     *
     * @param task the event's ID and NO, with a dot between them
     * @param log what it will have said
     */
    void begun(String task, BoundedOutput log);
  }

  /** Counts the attempts at tasks. */
  @FunctionalInterface
  public interface Attempts {
    /** Which attempt of a task this is, from 1. */
    int of(String eventIdAndNo);

    /**
     * Another one is to begin.
     *
     * @param why how the one before has failed and when this one begins, for people
     * @return whether it may
     */
    default boolean again(String eventIdAndNo, String why) throws InterruptedException {
      return true;
    }
  }

  /**
   * @param schedule the files in force now, and the variables of configuration, variables.yml and
   *     command line
   * @param processEnvironment of this agent, for {@code $NAME} in {@code environments}
   * @param exports exported to every operation, read anew for each
   * @param secrets settings that only a task that runs may know, as {@code config.KEY}: read anew
   *     for each
   * @param logs makes the log of a task
   * @param runAs says whom programs of a task run as
   * @param signatures what an event must show
   * @param listeners hear of each run
   */
  public TaskRuns(
      Supplier<Schedule> schedule,
      Map<String, String> processEnvironment,
      Supplier<Map<String, String>> exports,
      Supplier<Map<String, String>> secrets,
      String node,
      Supplier<BoundedOutput> logs,
      RunAs runAs,
      Attempts attempts,
      EventSignatures signatures,
      List<Listener> listeners) {
    this.schedule = schedule;
    this.environment = new TaskEnvironment(processEnvironment, exports, node);
    this.secrets = secrets;
    this.node = node;
    this.logs = logs;
    this.runAs = runAs;
    this.attempts = attempts;
    this.check = new AssignmentCheck(signatures, node);
    this.listeners = List.copyOf(listeners);
  }

  /**
   * Begins a task: its first attempt becomes a property of the exchange, and its operations the
   * body, for a route that runs them once.
   *
   * @throws OperationFailedException if this node's files do not have the task, it cannot run as
   *     the user that it asks for, or nobody who has the key vouches for its event
   */
  public List<OperationCall> begin(@Body Assignment assignment, Exchange exchange) {
    BoundedOutput log = logs.get();
    exchange.setProperty(LOG, log);
    check.demandSigned(assignment);
    Schedule current = schedule.get();
    Pattern pattern = pattern(current, assignment);
    check.demandOwn(assignment, pattern);
    TaskDefinition task = task(assignment, pattern);
    Optional<Account> user = runAs.of(task);
    Variables own =
        current
            .variables()
            .with(VariableSource.CONFIG, secrets.get())
            .with(VariableSource.TASK_FILE, pattern.variables())
            .with(VariableSource.PARAMETER, assignment.event().params());
    int attempt = attempts.of(assignment.taskId());
    TaskRun run =
        new TaskRun(
            assignment,
            pattern,
            current,
            task,
            own,
            captures,
            environment,
            user,
            attempt,
            attempt > 1 ? task.crashRetry().backoff() : Duration.ZERO,
            cookie(node, assignment.event().id(), assignment.task().no()),
            log);
    exchange.setProperty(TaskRun.PROPERTY, run);
    String id = assignment.taskId();
    listeners.forEach(listener -> listener.begun(id, log));
    log.line("INFO", "-- " + title(assignment) + " has started");
    return run.operations();
  }

  /** For routes: what the present attempt has to run. */
  public List<OperationCall> operations(@ExchangeProperty(TaskRun.PROPERTY) TaskRun run) {
    return run.begin().operations();
  }

  /**
   * For routes: what follows an attempt that failed. Either another one becomes the exchange's, to
   * begin after a pause, or the failure is the task's.
   *
   * @throws OperationFailedException it is the task's
   */
  public void again(
      @ExchangeException OperationFailedException failure,
      @ExchangeProperty(TaskRun.PROPERTY) TaskRun run,
      Exchange exchange)
      throws InterruptedException {
    Retry retry = run.task().retry();
    if (!retry.follows(run.attempt(), failure.reason())) {
      throw run.attempt() > 1 ? failure.at(place(run)) : failure;
    }
    Duration pause = jittered(retry.pause(run.attempt()));
    String why =
        place(run)
            + " failed: "
            + failure.getMessage()
            + "; the next begins at "
            + local(clock.instant().plus(pause));
    run.log().line("WARN", why);
    if (!attempts.again(run.assignment().taskId(), why)) {
      throw failure.at(place(run) + ", no further one could begin");
    }
    exchange.removeProperty(Exchange.EXCEPTION_CAUGHT); // or it would be the task's outcome
    exchange.setProperty(TaskRun.PROPERTY, run.next(pause));
  }

  /** In this node's zone, which it names, as lines of the log have their times. */
  private static OffsetDateTime local(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).atZone(ZoneId.systemDefault()).toOffsetDateTime();
  }

  private static String place(TaskRun run) {
    return "attempt " + run.attempt() + " of " + run.task().retry().attempts();
  }

  /** At least half of it, so that nodes that failed together do not all come back together. */
  private static Duration jittered(Duration longest) {
    long nanos = longest.toNanos();
    return Duration.ofNanos(ThreadLocalRandom.current().nextLong(nanos / 2, nanos + 1));
  }

  /** The log stands in the exchange before the run does, so that a failure to begin has one too. */
  static final String LOG = "MetronomeTaskLog";

  /** What marks the processes of a task on this node, also those of an earlier incarnation. */
  public static Cookie cookie(String node, String eventId, int no) {
    return new Cookie(node + "/" + eventId + "/" + no);
  }

  private static String title(Assignment assignment) {
    PlannedTask task = assignment.task();
    return (task.isUndo() ? "Undo of task " : "Task ") + task.task();
  }

  private Pattern pattern(Schedule current, Assignment assignment) {
    String name = assignment.task().pattern();
    return current
        .pattern(name)
        .orElseThrow(
            () ->
                new OperationFailedException(
                    Reason.MISMATCH,
                    "node "
                        + node
                        + " has no task file "
                        + name
                        + "/task.yml; give all nodes the same files"));
  }

  private TaskDefinition task(Assignment assignment, Pattern pattern) {
    TaskDefinition task = pattern.tasks().get(assignment.task().task());
    if (task == null) {
      throw new OperationFailedException(
          Reason.MISMATCH,
          "the file "
              + pattern.file()
              + " on node "
              + node
              + " has no task "
              + assignment.task().task()
              + "; give all nodes the same files");
    }
    if (assignment.task().isUndo() && task.undo().isEmpty()) {
      throw new OperationFailedException(
          Reason.MISMATCH,
          "the task "
              + task.name()
              + " has no `undo` in the file "
              + pattern.file()
              + " on node "
              + node
              + "; give all nodes the same files");
    }
    return assignment.task().isUndo() ? task.undoing() : task;
  }
}
