package dev.metronome.pipeline.queue;

import dev.metronome.consul.BlockingRead;
import dev.metronome.consul.Commit;
import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Snapshot;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Blocked.BlockedEvent;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.NewerRecordException;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.UnreadableRecordException;
import dev.metronome.pipeline.hook.RouteFailure;
import dev.metronome.pipeline.quarantine.Quarantine;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The event queue: what has been accepted and not yet dispatched.
 *
 * <p><em>Guarantees</em> (transaction <em>accept</em>, docs/protocol.md, "Transactions"): an event
 * that {@link #accept} reports as accepted stands in Consul's log; one with the same ID that waits,
 * runs or has a result is a duplicate.
 */
public final class EventQueue implements Queue {

  private static final Logger LOG = LoggerFactory.getLogger(EventQueue.class);

  /** In which events are dispatched, of one lane. */
  public static final Comparator<Entry> ORDER = Ahead.FIRST;

  /** How many events may wait, unless somebody says otherwise. */
  private static final int LIMIT = 10_000;

  private final ConsulConnection connection;
  private final Keys keys;
  private final Clock clock;
  private final QueueSnapshot view;
  private final Buckets buckets;
  private final BucketReading reading;
  private final Supplier<Optional<Transaction>> fence;
  private final Acceptor acceptor;
  private final Rejector rejector;
  private final QueuePoll poll;
  private final Ahead ahead;
  private final UnaryOperator<Event> signing;
  private final Lanes lanes;
  private final Barrier barrier;
  private final Queue.Listener listener;
  private Map<String, QueuedEvent> kept = Map.of();

  public EventQueue(ConsulConnection connection, Keys keys, Clock clock) {
    this(connection, keys, clock, LIMIT);
  }

  /**
   * @param limit about how many events may wait; more are refused
   */
  public EventQueue(ConsulConnection connection, Keys keys, Clock clock, int limit) {
    this(connection, keys, clock, limit, UnaryOperator.identity(), Objection.NONE);
  }

  /**
   * @param signing signs what is accepted here
   * @param objection to what is not to be accepted
   */
  public EventQueue(
      ConsulConnection connection,
      Keys keys,
      Clock clock,
      int limit,
      UnaryOperator<Event> signing,
      Objection objection) {
    this(
        connection,
        keys,
        clock,
        limit,
        signing,
        objection,
        Lanes.NONE,
        Barrier.NONE,
        Queue.Listener.NONE,
        Optional::empty);
  }

  /**
   * @param lanes tell which events may be in progress beside others
   * @param barrier keeps events from being dispatched
   * @param listener hears of each event that is offered
   * @param fence proves that this agent leads, and so turns the buckets; empty while it does not
   */
  public EventQueue(
      ConsulConnection connection,
      Keys keys,
      Clock clock,
      int limit,
      UnaryOperator<Event> signing,
      Objection objection,
      Lanes lanes,
      Barrier barrier,
      Queue.Listener listener,
      Supplier<Optional<Transaction>> fence) {
    this.signing = signing;
    this.lanes = lanes;
    this.barrier = barrier;
    this.listener = listener;
    this.connection = connection;
    this.buckets = new Buckets(connection, keys);
    this.reading = new BucketReading(connection, keys);
    this.fence = fence;
    this.ahead = new Ahead(connection, keys);
    this.acceptor = new Acceptor(connection, keys, buckets, limit);
    this.rejector = new Rejector(connection, keys, buckets, clock, objection);
    this.keys = keys;
    this.clock = clock;
    this.view = new QueueSnapshot(entry -> keys.eventId(entry.key()));
    this.poll = new QueuePoll(connection, this);
  }

  /** Which events may be in progress beside others. */
  @FunctionalInterface
  public interface Lanes {

    /** Where all go through one lane, and are asked for only when that is free. */
    Lanes NONE = body -> event -> Optional.of(QueuedEvent.Place.free(Keys.COMMON_LANE));

    /**
     * Where there is room now.
     *
     * @param body of the exchange that asks for an event
     */
    Room room(Object body);
  }

  /** Where there is room at a moment. */
  @FunctionalInterface
  public interface Room {

    /** Whether there is none, whatever event may come. */
    default boolean isNone() {
      return false;
    }

    /** Where an event may begin, or how it ends instead; empty if it waits for its turn. */
    Optional<QueuedEvent.Place> place(Event event);

    /** How one that waits for its turn ends since another has come after it, if it does. */
    default Optional<QueuedEvent.Place> replaced(Event older, Event newer) {
      return Optional.empty();
    }
  }

  /** What keeps events that wait from being dispatched. */
  public interface Barrier {

    /** Where each is dispatched when it is its turn. */
    Barrier NONE = event -> Optional.empty();

    /** One that keeps all of them, or none. */
    static Barrier openWhile(BooleanSupplier open) {
      return new Barrier() {
        @Override
        public boolean isOpen() {
          return open.getAsBoolean();
        }

        @Override
        public Optional<BlockedEvent> against(Event event) {
          return Optional.empty();
        }
      };
    }

    /** Whether any may begin at present. */
    default boolean isOpen() {
      return true;
    }

    /**
     * As it is at this moment, for one look at those that wait: what keeps two of them must not end
     * between the first and the second, or that would be dispatched before it.
     */
    default Barrier now() {
      return this;
    }

    /** Why this one may not begin now; those behind it may. Called often. */
    Optional<BlockedEvent> against(Event event);

    /** Those that were passed over. */
    default void tell(List<BlockedEvent> blocked) {}
  }

  /** What task files have against an event before it is queued. */
  @FunctionalInterface
  public interface Objection {

    /** Where nobody knows the task files: the leader does. */
    Objection NONE = event -> Optional.empty();

    /** Why it may not be queued, a sentence without a beginning. */
    Optional<String> to(Event event);
  }

  @Override
  public String prefix() {
    return keys.eventQueue();
  }

  @Override
  public QueueSnapshot view() {
    return view;
  }

  @Override
  public Following following() {
    return Following.WHEN_DRAINED;
  }

  @Override
  public BlockingRead<List<Entry>> reading(ConsulConnection ignored) {
    return reading;
  }

  @Override
  public boolean isWatchedWhole() {
    return reading.isWhole();
  }

  /** Its buckets have folders instead. */
  @Override
  public boolean hasFolder() {
    return false;
  }

  @Override
  public void observe(List<Entry> entries) {
    if (buckets.observe(entries)) {
      view.wake();
    }
  }

  @Override
  public Snapshot<List<Entry>> list(ConsulConnection ignored) {
    Snapshot<List<Entry>> all = connection.list(prefix());
    observe(all.value());
    return all;
  }

  @Override
  public void tend() {
    fence.get().ifPresent(buckets::tend);
  }

  /**
   * Accepts one event.
   *
   * @throws QueueFullException if there is no room and it is no duplicate
   * @throws RejectedEventException if it does not come with the parameters that it must have
   */
  public Queue.Receipt accept(Event event) {
    return accept(List.of(event)).get(event.id());
  }

  /**
   * Accepts several events, as many in one transaction as fit, in their order.
   *
   * @return what became of each, by ID
   * @throws QueueFullException if not all of them could be accepted; it knows which
   * @throws RejectedEventException if one does not come with the parameters that it must have, and
   *     its sender can be told; none was accepted
   * @throws dev.metronome.consul.ConsulUnavailableException some may have been accepted; sending
   *     them again is safe
   */
  public Map<String, Receipt> accept(List<Event> events) {
    Map<String, Receipt> receipts = new LinkedHashMap<>(rejector.rejected(events));
    List<Event> others = events.stream().filter(it -> !receipts.containsKey(it.id())).toList();
    receipts.putAll(acceptor.accept(others.stream().map(signing).toList()));
    receipts.values().forEach(listener::offered);
    return receipts;
  }

  /** Reads the queue again, in case its watch has missed something. */
  public void look() {
    reading.widen();
    poll.read();
  }

  /**
   * The oldest event that is known to wait, has room in its lane and may begin, or null; or one
   * that may not even wait for that. An unreadable one is left to the consumer.
   *
   * @param body what the consumer has delivered, if it is that one: it is not read again; else it
   *     may tell where there will be room
   */
  public synchronized QueuedEvent oldest(@Body Object body) {
    Room room = lanes.room(body);
    if (!barrier.isOpen() || room.isNone()) {
      keep(Map.of());
      return null;
    }
    ahead.read(() -> view.accept(list(connection)));
    Turns turns = new Turns(room, barrier.now());
    Iterator<QueueItem> items = view.all().iterator();
    while (turns.first == null && items.hasNext()) {
      QueueItem item = items.next();
      try {
        turns.look(read(item, body));
      } catch (NewerRecordException e) {
        break; // those behind it wait
      } catch (UnreadableRecordException e) {
        if (turns.passed.isEmpty()) {
          break; // the consumer delivers it, and sets it aside
        }
        LOG.error("item={} state=set-aside {}", item.entry().key(), e.getMessage());
        setAside(item, e);
        listener.setAside(this);
      }
    }
    keep(turns.passed);
    barrier.tell(turns.blocked);
    listener.blocked(turns.blocked.size());
    return turns.first;
  }

  /** They wait for something else than those before them, so that others may come in between. */
  private void keep(Map<String, QueuedEvent> passed) {
    kept = passed;
    view.keep(kept.keySet());
  }

  /** Goes through the events in their order until it is one's turn. */
  private final class Turns {
    private final Room room;
    private final Barrier at;
    private final Map<String, QueuedEvent> passed = new LinkedHashMap<>();
    private final Map<String, QueuedEvent> waiting = new HashMap<>();
    private final List<BlockedEvent> blocked = new ArrayList<>();
    private QueuedEvent first;

    Turns(Room room, Barrier at) {
      this.room = room;
      this.at = at;
    }

    void look(QueuedEvent event) {
      Optional<QueuedEvent.Place> place = room.place(event.event());
      Optional<BlockedEvent> against =
          place.flatMap(QueuedEvent.Place::refusal).isPresent()
              ? Optional.empty()
              : place.flatMap(it -> at.against(event.event()));
      if (place.isPresent() && against.isEmpty()) {
        first = event.at(place.get().behind(ahead.index()));
        return;
      }
      against.ifPresent(blocked::add);
      passed.put(event.id(), event);
      Optional.ofNullable(waiting.put(event.name(), event))
          .filter(it -> place.isEmpty())
          .ifPresent(other -> replaceOlder(other, event));
    }

    /** One that goes ahead comes first here, though it was accepted later. */
    private void replaceOlder(QueuedEvent one, QueuedEvent other) {
      if (one.index() <= other.index()) {
        replace(one, other);
      } else {
        replace(other, one);
      }
    }

    private void replace(QueuedEvent older, QueuedEvent newer) {
      room.replaced(older.event(), newer.event())
          .ifPresent(
              place -> {
                passed.remove(older.id());
                first = older.at(place.inFavourOf(newer));
              });
    }
  }

  private QueuedEvent read(QueueItem item, Object delivered) {
    QueuedEvent known = kept.get(item.id());
    if (known != null && known.isAsIn(item)) {
      return known;
    }
    return delivered instanceof QueuedEvent event && event.isAsIn(item) ? event : read(item);
  }

  /** Fails if an event has been accepted that goes before this one, since it was chosen. */
  public Transaction unpassed(QueuedEvent event) {
    return event.event().isAhead()
        ? new Transaction()
        : Ahead.unchanged(keys, event.place().flatMap(QueuedEvent.Place::ahead));
  }

  /** One has been, or another leader may know of one. */
  public void suspectPassed() {
    ahead.suspect();
    view.wake();
  }

  /** Whether an event is known to wait as it was read. */
  public boolean holds(QueuedEvent event) {
    return view.item(event.id()).filter(event::isAsIn).isPresent();
  }

  /**
   * An event was taken out of the queue.
   *
   * @param writtenAt Raft index of the write
   */
  public void removed(String eventId, long writtenAt) {
    buckets.taken();
    view.remove(eventId, writtenAt);
  }

  /** An event could not be dispatched as it was known: looks what became of it. */
  public void recheck(String eventId) {
    Optional<Entry> entry = view.item(eventId).flatMap(item -> connection.get(item.entry().key()));
    if (entry.isEmpty()) {
      view.remove(eventId, 0);
    } else if (connection.get(keys.result(eventId)).isPresent()) {
      LOG.warn("event={} state=duplicate it has a result already and is dropped", eventId);
      connection.commit(buckets.removal(eventId, entry.get()));
      removed(eventId, 0);
    } else {
      view.put(new QueueItem(eventId, entry.get()), 0);
    }
  }

  @Override
  public QueuedEvent read(QueueItem item) {
    Event event = Json.read(item.entry().key(), item.entry().value(), Event.class);
    if (!event.id().equals(item.id())) {
      throw new UnreadableRecordException(item.entry().key(), "it names another event");
    }
    return QueuedEvent.of(event, item.entry().key(), item.entry().modifyIndex());
  }

  /**
   * Accepts the {@link Event} that is the body, or a list of them; what became of each, by ID, is
   * the header {@link ConsulQueueEndpoint#RECEIPTS}.
   */
  @Override
  public Queue.Receipt put(Exchange exchange) throws InvalidPayloadException {
    Message message = exchange.getMessage();
    List<Event> events =
        message.getBody() instanceof List<?> list
            ? list.stream().map(Event.class::cast).toList()
            : List.of(message.getMandatoryBody(Event.class));
    Map<String, Queue.Receipt> receipts = accept(events);
    events.forEach(event -> say(event, receipts.get(event.id())));
    message.setHeader(ConsulQueueEndpoint.RECEIPTS, receipts);
    if (events.size() == 1) {
      message.setHeader("MetronomeEventId", events.get(0).id());
    }
    return Stream.of(Queue.Receipt.ACCEPTED, Queue.Receipt.REJECTED)
        .filter(receipts::containsValue)
        .findFirst()
        .orElse(Queue.Receipt.DUPLICATE);
  }

  private static void say(Event event, Queue.Receipt receipt) {
    if (receipt == Queue.Receipt.ACCEPTED) {
      LOG.info(
          "event={} name={} state=accepted source={}", event.id(), event.name(), event.source());
    } else if (receipt == Queue.Receipt.DUPLICATE) {
      LOG.debug("event={} state=duplicate", event.id());
    }
  }

  /** Nothing: the transaction that dispatches an event takes it out of the queue. */
  @Override
  public void acknowledge(QueueItem item, Exchange exchange) {
    if (exchange.getException() != null) {
      throw new IllegalStateException(
          "event "
              + item.id()
              + " could not be dispatched: "
              + RouteFailure.of(exchange).sentence(),
          exchange.getException());
    }
  }

  // INVARIANT: promise 7, one unreadable record harms one event. Promise 6: a result stays.
  @Override
  public void setAside(QueueItem item, UnreadableRecordException why) {
    Instant now = clock.instant();
    Commit commit = new Commit.Refused(0, "");
    if (Keys.wasSegment(item.id())) {
      Outcome how = Outcome.error(Reason.UNREADABLE, why.getMessage());
      String result = keys.result(item.id());
      commit =
          connection.commit(
              Quarantine.moving(keys, item.entry(), why, now)
                  .delete(keys.queued(item.id()))
                  .checkNotExists(result)
                  .set(result, Json.write(EventResult.unreadable(item.id(), now, how))));
    }
    if (!commit.isDone()) {
      commit = connection.commit(Quarantine.moving(keys, item.entry(), why, now));
    }
    removed(item.id(), commit instanceof Commit.Done done ? done.index() : 0);
  }
}
