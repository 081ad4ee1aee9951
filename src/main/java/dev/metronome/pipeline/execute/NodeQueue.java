package dev.metronome.pipeline.execute;

import dev.metronome.consul.Commit;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.Claim;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.NewerRecordException;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.UnreadableRecordException;
import dev.metronome.pipeline.claim.Claims;
import dev.metronome.pipeline.process.BoundedOutput;
import dev.metronome.pipeline.quarantine.Quarantine;
import dev.metronome.pipeline.queue.Queue;
import dev.metronome.pipeline.queue.QueueItem;
import dev.metronome.pipeline.queue.QueueSnapshot;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's own queue: the tasks that the leader has assigned to it. An item is acknowledged by
 * the transaction <em>finish</em>, which records its outcome.
 */
public final class NodeQueue implements Queue {

  private static final Logger LOG = LoggerFactory.getLogger(NodeQueue.class);

  private final ConsulConnection connection;
  private final Keys keys;
  private final String node;
  private final Claims claims;
  private final NodeObserver observer;
  private final Assignments assignments;
  private final LiveLogs logs;
  private final FullOutput output;
  private final Clock clock;
  private final QueueSnapshot view;

  /**
   * @param observer is told of all that the queue's watch sees
   * @param logs what has ended is no longer shown there
   * @param output what has ended is no longer kept there, unless its log could not take it
   */
  public NodeQueue(
      ConsulConnection connection,
      Keys keys,
      String node,
      Claims claims,
      NodeObserver observer,
      LiveLogs logs,
      FullOutput output,
      Clock clock) {
    this.connection = connection;
    this.keys = keys;
    this.node = node;
    this.claims = claims;
    this.observer = observer;
    this.assignments = observer.assignments();
    this.logs = logs;
    this.output = output;
    this.clock = clock;
    this.view = QueueSnapshot.ofSlots(this::name, entry -> true);
  }

  @Override
  public String prefix() {
    return keys.nodeQueue(node);
  }

  /** The presence key is watched too: a prefix without any key is woken by every write near it. */
  @Override
  public String watched() {
    return keys.node(node);
  }

  @Override
  public QueueSnapshot view() {
    return view;
  }

  /** In the order of assignment, one after another: the thread that delivers runs them. */
  @Override
  public Delivery delivery() {
    return Delivery.EACH;
  }

  @Override
  public Duration tick() {
    return Duration.ofSeconds(2);
  }

  @Override
  public void observe(List<Entry> entries) {
    observer.observe(entries);
  }

  /** The task that stands in a slot, as the record calls it; what cannot be read, by its key. */
  private Optional<String> name(Entry entry) {
    String key = entry.key();
    if (!key.startsWith(prefix()) || entry.value().length == 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(assignments.read(entry).taskId());
    } catch (UnreadableRecordException | NewerRecordException e) {
      return Optional.of(key);
    }
  }

  @Override
  public Assignment read(QueueItem item) {
    return assignments.read(item.entry());
  }

  /** Nobody but the leader assigns tasks, in the transaction that opens them. */
  @Override
  public Queue.Receipt put(Exchange exchange) {
    throw new IllegalArgumentException(
        "tasks are assigned by the leader; put an event into consul-queue:event-queue instead");
  }

  @Override
  public void acknowledge(QueueItem item, Exchange exchange) {
    if (claims.attempt(item.id()).isEmpty()) {
      unclaimed(item, exchange);
      return;
    }
    BoundedOutput log = exchange.getProperty(TaskRuns.LOG, BoundedOutput.class);
    Outcome outcome = logs.discreet(outcome(exchange));
    if (log != null) {
      outcome.message().ifPresent(message -> log.line("ERROR", message));
    }
    logs.ended(item.id());
    try {
      claims.finish(item.id(), outcome, log == null ? "" : logs.text(log));
      Optional.ofNullable(log).ifPresent(it -> output.ended(item.id(), it));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    LOG.info(
        "task={} state={}{}",
        item.id(),
        outcome.status().word(),
        outcome.message().map(message -> " " + message).orElse(""));
    view.remove(item.id(), 0);
  }

  // INVARIANT: success is told of operations that this very exchange has run to their end.
  static Outcome outcome(Exchange exchange) {
    return exchange.getException() == null && isDuplicate(exchange)
        ? Outcome.error(
            Reason.INTERRUPTED,
            "the agent broke off when it began to run the task, see its log; whether any of it was"
                + " done is not known")
        : ExchangeOutcome.of(exchange);
  }

  private static boolean isDuplicate(Exchange exchange) {
    return exchange.getProperty(ExchangePropertyKey.DUPLICATE_MESSAGE, false, Boolean.class);
  }

  private void unclaimed(QueueItem item, Exchange exchange) {
    if (exchange.getException() != null) {
      throw new IllegalStateException(
          "task " + item.id() + " could not be claimed: " + exchange.getException().getMessage(),
          exchange.getException());
    }
    LOG.debug("task={} not taken, duplicate={}", item.id(), isDuplicate(exchange));
    view.accept(connection.list(prefix()));
  }

  // INVARIANT: promise 7, one unreadable record harms one event.
  @Override
  public void setAside(QueueItem item, UnreadableRecordException why) {
    Instant now = clock.instant();
    Transaction emptied = Quarantine.emptying(keys, item.entry(), why, now);
    Outcome how = Outcome.error(Reason.UNREADABLE, why.getMessage());
    Commit commit =
        awaited(item.entry().key(), how, now)
            .map(ended -> connection.commit(ended.and(emptied)))
            .filter(Commit::isDone)
            .orElseGet(() -> connection.commit(emptied));
    if (commit.isDone()) {
      view.remove(item.id(), 0);
    } else {
      view.accept(connection.list(prefix()));
    }
  }

  /**
   * The plan still tells which task it was, if it waits for this node, which has not claimed it.
   */
  private Optional<Transaction> awaited(String slot, Outcome how, Instant now) {
    String key = keys.plan(slot.substring(prefix().length()));
    return connection
        .get(key)
        .flatMap(
            entry ->
                Json.readable(key, entry.value(), Plan.class)
                    .filter(plan -> plan.isOpen() && plan.awaited().contains(node))
                    .map(
                        plan ->
                            new Transaction()
                                .checkIndex(key, entry.modifyIndex())
                                .and(ended(plan, how, now))));
  }

  private Transaction ended(Plan plan, Outcome how, Instant now) {
    String id = plan.event().id();
    Claim claim = Claim.untaken(id, plan.current(), node, now).ended(now, how);
    String key = keys.claim(plan, node);
    return new Transaction()
        .checkNotExists(key)
        .set(key, Json.write(claim))
        .set(keys.result(id, plan.current(), node), Json.write(NodeResult.of(claim)));
  }
}
