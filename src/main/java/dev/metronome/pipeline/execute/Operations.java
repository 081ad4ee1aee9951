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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.apache.camel.Body;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.support.DefaultExchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs operations: each is the route {@code direct:operation-TYPE}, which gets the arguments as its
 * body and the {@link TaskRun} as a property of its exchange. Thread-safe.
 *
 * <p><em>Guarantees</em>: returns within the task's timeout and the time that the ending of
 * processes takes, whatever the route does. When the time is up, or at {@link #cancel}, the
 * operation's thread is interrupted.
 *
 * <p><em>Does not guarantee</em> that a route which ignores the interrupt has ended; the outcome
 * says so.
 */
public final class Operations {

  private static final Logger LOG = LoggerFactory.getLogger(Operations.class);

  /** What a route needs beyond the kill grace to end after an interrupt. */
  private static final Duration WIND_UP = Duration.ofSeconds(5);

  private final Resolution resolution;
  private final Duration patience;
  private ProducerTemplate template;
  private final List<OperationListener> listeners = new CopyOnWriteArrayList<>();
  private volatile OperationTracing tracing = OperationTracing.NONE;
  private final Map<OperationThread, String> running = new ConcurrentHashMap<>();
  private final Map<String, String> cancelled = Collections.synchronizedMap(new Remembered());

  /**
   * @param types with the rules of their arguments
   * @param rewriting what becomes of the arguments of a type, as written, before its templates are
   *     resolved
   * @param killGrace how long processes have between SIGTERM and SIGKILL
   */
  public Operations(
      OperationTypes types, Map<String, UnaryOperator<Object>> rewriting, Duration killGrace) {
    this.resolution = new Resolution(types, rewriting);
    this.patience = killGrace.plus(WIND_UP);
  }

  /** Tells of each operation from now on. */
  public void listen(OperationListener to) {
    listeners.add(to);
  }

  /** Has the processes of each operation continue a trace from now on. */
  public void trace(OperationTracing by) {
    tracing = by;
  }

  /** The types of those that run now. */
  public List<String> runningTypes() {
    return running.keySet().stream().map(OperationThread::type).sorted().toList();
  }

  /** How many run now. */
  public int running() {
    return running.size();
  }

  /**
   * Runs one operation to its end.
   *
   * @throws OperationFailedException if it failed, for whatever reason; the message names its place
   */
  public void run(
      @Body OperationCall call,
      @ExchangeProperty(TaskRun.PROPERTY) TaskRun run,
      Exchange exchange) {
    long begun = System.nanoTime();
    run.continuing(tracing.place(call, run));
    try {
      perform(call, run, exchange);
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

  private void perform(OperationCall call, TaskRun run, Exchange exchange) {
    Exchange own = new DefaultExchange(exchange.getContext());
    own.setProperty(TaskRun.PROPERTY, run);
    own.setProperty(TaskRuns.LOG, run.log());
    run.log().line("INFO", "---- Operation " + call.type() + " has started");
    own.getIn()
        .setBody(resolution.of(call.operation(), run.variables(), run.pattern().directory()));
    OperationThread thread =
        new OperationThread(call.type(), own, template(exchange.getContext()), run.pause());
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

  /**
   * One for all operations of a context: to make and end one costs as much as a small operation.
   */
  private synchronized ProducerTemplate template(CamelContext context) {
    if (template == null || template.getCamelContext() != context) {
      template = context.createProducerTemplate();
      try {
        context.addService(template);
      } catch (Exception e) {
        throw new IllegalStateException("operations cannot be called", e);
      }
    }
    return template;
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
          throw new OperationFailedException(thread.cancelKind(), thread.cancelReason() + left);
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
