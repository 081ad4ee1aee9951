package dev.metronome.pipeline.execute;

import dev.metronome.consul.Commit;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.SessionKeeper;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.Claim;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.NewerRecordException;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.Outcome;
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
import java.util.function.Consumer;
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
  private final SessionKeeper sessions;
  private final Keys keys;
  private final String node;
  private final Claims claims;
  private final Operations operations;
  private final Stragglers stragglers;
  private final LiveLogs logs;
  private final FullOutput output;
  private final Clock clock;
  private final QueueSnapshot view;
  private volatile Consumer<Optional<Entry>> presence = entry -> {};
  private volatile Runnable listener = () -> {};
  private volatile Optional<String> unknown = Optional.empty();

  /**
   * @param operations ends those of a task that the leader has cancelled
   * @param stragglers learns which tasks the leader has given up
   * @param logs what has ended is no longer shown there
   * @param output what has ended is no longer kept there, unless its log could not take it
   */
  public NodeQueue(
      ConsulConnection connection,
      SessionKeeper sessions,
      Keys keys,
      String node,
      Claims claims,
      Operations operations,
      Stragglers stragglers,
      LiveLogs logs,
      FullOutput output,
      Clock clock) {
    this.connection = connection;
    this.sessions = sessions;
    this.keys = keys;
    this.node = node;
    this.claims = claims;
    this.operations = operations;
    this.stragglers = stragglers;
    this.logs = logs;
    this.output = output;
    this.clock = clock;
    this.view = new QueueSnapshot(keys.nodeQueue(node));
  }

  /** Hands on what stands at this agent's presence key, if anything, each time that it is read. */
  public void onPresence(Consumer<Optional<Entry>> to) {
    presence = to;
  }

  /** Calls this whenever {@link #unknown} has changed. */
  public void listen(Runnable to) {
    listener = to;
  }

  /** Which assignment of a newer leader this agent does not understand, if there is one. */
  public Optional<String> unknown() {
    return unknown;
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

  @Override
  public Duration tick() {
    return Duration.ofSeconds(2);
  }

  /** The presence key without this agent's lock means that the session is gone. */
  @Override
  public void observe(List<Entry> entries) {
    Optional<String> own = sessions.current();
    Optional<Entry> said =
        entries.stream().filter(entry -> entry.key().equals(keys.presence(node))).findFirst();
    boolean locked = said.filter(entry -> own.filter(entry::isLockedBy).isPresent()).isPresent();
    presence.accept(said);
    if (own.isPresent() && !locked) {
      sessions.suspect();
    }
    List<Entry> tasks = entries.stream().filter(entry -> entry.key().startsWith(prefix())).toList();
    List<String> unknownNow = tasks.stream().map(this::look).flatMap(Optional::stream).toList();
    know(unknownNow.stream().findFirst());
    stragglers.observe(
        tasks.stream().map(entry -> entry.key().substring(prefix().length())).toList());
  }

  private void know(Optional<String> now) {
    if (!now.equals(unknown)) {
      unknown = now;
      listener.run();
    }
  }

  /**
   * Ends the task if it is cancelled: it may be running, and its item is then not delivered again.
   *
   * @return why this agent cannot understand the assignment, if a newer one wrote it
   */
  private Optional<String> look(Entry entry) {
    try {
      Assignment assignment = Json.read(entry.key(), entry.value(), Assignment.class);
      assignment
          .cancelled()
          .ifPresent(
              wanted ->
                  operations.cancel(
                      assignment.event().id(), assignment.task().no(), wanted.sentence()));
    } catch (UnreadableRecordException e) {
      LOG.debug("item={} is not looked at: {}", entry.key(), e.getMessage());
    } catch (NewerRecordException e) {
      return Optional.of(e.getMessage());
    }
    return Optional.empty();
  }

  @Override
  public Assignment read(QueueItem item) {
    Assignment assignment = Json.read(item.entry().key(), item.entry().value(), Assignment.class);
    if (!item.id().equals(assignment.taskId())) {
      throw new UnreadableRecordException(item.entry().key(), "it names another task");
    }
    return assignment;
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
    Outcome outcome = logs.discreet(ExchangeOutcome.of(exchange));
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

  private void unclaimed(QueueItem item, Exchange exchange) {
    if (exchange.getException() != null) {
      throw new IllegalStateException(
          "task " + item.id() + " could not be claimed: " + exchange.getException().getMessage(),
          exchange.getException());
    }
    boolean duplicate =
        exchange.getProperty(ExchangePropertyKey.DUPLICATE_MESSAGE, false, Boolean.class);
    LOG.debug("task={} not taken, duplicate={}", item.id(), duplicate);
    view.accept(connection.list(prefix()));
  }

  // INVARIANT: promise 7, one unreadable record harms one event.
  @Override
  public void setAside(QueueItem item, UnreadableRecordException why) {
    Instant now = clock.instant();
    Transaction move = Quarantine.moving(keys, item.entry(), why, now);
    failed(item.id(), Outcome.error(Reason.UNREADABLE, why.getMessage()), now)
        .ifPresent(
            claim -> {
              String claimed = keys.claim(claim.eventId(), claim.no(), node);
              move.checkNotExists(claimed)
                  .set(claimed, Json.write(claim))
                  .set(
                      keys.result(claim.eventId(), claim.no(), node),
                      Json.write(NodeResult.of(claim)));
            });
    Commit commit = connection.commit(move);
    if (commit.isDone()) {
      view.remove(item.id(), 0);
    } else {
      view.accept(connection.list(prefix()));
    }
  }

  /** The key still tells which task it was: EVENT_ID.NO. */
  private Optional<Claim> failed(String id, Outcome outcome, Instant now) {
    int dot = id.lastIndexOf('.');
    if (dot < 1 || !id.substring(dot + 1).matches("[0-9]{1,6}")) {
      return Optional.empty();
    }
    Claim claim =
        Claim.untaken(id.substring(0, dot), Integer.parseInt(id.substring(dot + 1)), node, now);
    return Optional.of(claim.ended(now, outcome));
  }
}
