package dev.metronome.pipeline.execute;

import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.TaskId;
import dev.metronome.model.schedule.OperationTypes;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.apache.camel.Body;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.spi.Policy;
import org.apache.camel.support.DefaultExchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the steps of a route that are one operation of a task: a policy around the steps that
 * resolve its arguments and send them to {@code direct:operation-TYPE}. They get an exchange of
 * their own, with the {@link TaskRun} and the operation's name as properties. Thread-safe.
 *
 * <p><em>Guarantees</em>: returns within the task's timeout and the time that the ending of
 * processes takes, whatever the steps do. When the time is up, or at {@link #cancel}, the
 * operation's thread is interrupted.
 *
 * <p><em>Does not guarantee</em> that a route which ignores the interrupt has ended; the outcome
 * says so.
 */
public final class Operations implements Policy {

  /** Exchange property with the name of the operation's type, one that there is a route for. */
  static final String TYPE = "MetronomeOperation";

  private static final Logger LOG = LoggerFactory.getLogger(Operations.class);

  /** What a route needs beyond the kill grace to end after an interrupt. */
  private static final Duration WIND_UP = Duration.ofSeconds(5);

  private final ArgumentResolver arguments;
  private final Duration patience;
  private final List<OperationListener> listeners;
  private final OperationTracing tracing;
  private final Map<OperationThread, String> running = new ConcurrentHashMap<>();
  private final Map<String, String> cancelled = Collections.synchronizedMap(new Remembered());

  /**
   * @param types with the rules of their arguments
   * @param rewriting what becomes of the arguments of a type, as written, before its templates are
   *     resolved
   * @param killGrace how long processes have between SIGTERM and SIGKILL
   * @param listeners hear of each operation
   * @param tracing has the processes of each operation continue a trace
   */
  public Operations(
      OperationTypes types,
      Map<String, UnaryOperator<Object>> rewriting,
      Duration killGrace,
      List<OperationListener> listeners,
      OperationTracing tracing) {
    this.arguments = new ArgumentResolver(types, rewriting);
    this.patience = killGrace.plus(WIND_UP);
    this.listeners = List.copyOf(listeners);
    this.tracing = tracing;
  }

  /** The types of those that run now. */
  public List<String> runningTypes() {
    return running.keySet().stream().map(OperationThread::type).sorted().toList();
  }

  /** How many run now. */
  public int running() {
    return running.size();
  }

  @Override
  public void beforeWrap(Route route, NamedNode definition) {}

  /**
   * The steps, as one operation: the body is an {@link OperationCall}. What comes of it is an
   * {@link OperationFailedException} or nothing.
   */
  @Override
  public Processor wrap(Route route, Processor steps) {
    return exchange ->
        run(
            exchange.getMessage().getMandatoryBody(OperationCall.class),
            exchange.getProperty(TaskRun.PROPERTY, TaskRun.class),
            exchange.getContext(),
            steps);
  }

  /**
   * For routes: the arguments as the operation's own route gets them, templates resolved.
   *
   * @throws OperationFailedException if they cannot be resolved, or are not allowed then
   */
  public Object arguments(
      @Body OperationCall call, @ExchangeProperty(TaskRun.PROPERTY) TaskRun run) {
    return arguments.of(call.operation(), run.variables(), run.pattern().directory());
  }

  private void run(OperationCall call, TaskRun run, CamelContext context, Processor steps) {
    long begun = System.nanoTime();
    run.continuing(tracing.place(call, run));
    try {
      perform(call, run, context, steps);
      ended(call, run, Optional.empty(), begun);
    } catch (OperationFailedException e) {
      ended(call, run, Optional.of(e.reason()), begun);
      throw new OperationFailedException(e.reason(), call.place() + ": " + e.getMessage());
    }
  }

  private void ended(OperationCall call, TaskRun run, Optional<Reason> failure, long begun) {
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    listeners.forEach(listener -> listener.ended(call, run, failure, took));
  }

  /** Ends what runs now; it fails as interrupted, for this reason. */
  public void cancel(String reason) {
    running.keySet().forEach(thread -> thread.cancel(Reason.INTERRUPTED, reason));
  }

  /**
   * Ends what runs of one task, now and from now on; it fails as cancelled, for this reason. Again
   * and again is the same as once.
   */
  public void cancel(String eventId, int no, String reason) {
    String task = TaskId.of(eventId, no);
    cancelled.put(task, reason);
    running.forEach(
        (thread, owner) -> {
          if (owner.equals(task)) {
            thread.cancel(Reason.CANCELLED, reason);
          }
        });
  }

  private void perform(OperationCall call, TaskRun run, CamelContext context, Processor steps) {
    Exchange own = new DefaultExchange(context);
    own.setProperty(TaskRun.PROPERTY, run);
    own.setProperty(TaskRuns.LOG, run.log());
    own.setProperty(TYPE, call.type());
    own.getIn().setBody(call);
    Processor begun =
        exchange -> {
          run.log().line("INFO", "---- Operation " + call.type() + " has started");
          steps.process(exchange);
        };
    OperationThread thread = new OperationThread(call.type(), own, begun, run.pause());
    String task = run.assignment().taskId();
    running.put(thread, task);
    try {
      Optional.ofNullable(cancelled.get(task))
          .ifPresent(reason -> thread.cancel(Reason.CANCELLED, reason));
      OperationThread.End end = thread.run(run.remaining(), patience);
      // An asynchronous step may come back after the interrupt: no further step may follow it.
      own.setRouteStop(end != OperationThread.End.FINISHED);
      settle(end, thread, run, own);
    } finally {
      running.remove(thread);
    }
  }

  /** The newest; an agent runs one task at a time. */
  private static final class Remembered extends LinkedHashMap<String, String> {
    private static final long serialVersionUID = 1L;
    private static final int MOST = 100;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
      return size() > MOST;
    }
  }

  private static void settle(
      OperationThread.End end, OperationThread thread, TaskRun run, Exchange own) {
    String left =
        thread.isAlive() ? "; it does not end when it is interrupted and may still run" : "";
    if (thread.isAlive()) {
      LOG.error("task={} state=abandoned its operation's thread does not end", run.cookie());
    }
    switch (end) {
      case OVERDUE ->
          throw new OperationFailedException(
              Reason.TIMEOUT, run.overdue() + "; the operation was ended" + left);
      case CANCELLED ->
          throw new OperationFailedException(
              thread.cancelKind(),
              thread.cancelReason() + (thread.hasBegun() ? left : "; it had not begun"));
      default -> demandSuccess(ExchangeOutcome.of(own));
    }
  }

  private static void demandSuccess(Outcome outcome) {
    outcome
        .reason()
        .ifPresent(
            reason -> {
              throw new OperationFailedException(
                  reason, outcome.message().orElse("it gives no reason"));
            });
  }
}
