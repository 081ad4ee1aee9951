package dev.metronome.pipeline.traffic;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Transaction;
import dev.metronome.model.record.CronState;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Status;
import dev.metronome.model.schedule.Schedule;
import dev.metronome.model.traffic.Cron;
import dev.metronome.pipeline.membership.Leadership;
import dev.metronome.pipeline.traffic.CronStates.Known;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which ticks of the leader's task files are due. Asks Consul only when one may be.
 *
 * <p><em>Guarantees</em>: a tick becomes one event, whoever leads and however often (promise 2: by
 * its ID, and beyond retention by {@code cron/NAME}); one that is left out, since the one before
 * has not ended, has a result that says so. A restored {@code cron/NAME} makes the leader that has
 * dealt with a tick fire it no second time.
 *
 * <p>Called by one thread at a time.
 */
public final class CronTicks {

  private static final Logger LOG = LoggerFactory.getLogger(CronTicks.class);

  private final Supplier<Schedule> files;
  private final Leadership leadership;
  private final ConsulConnection connection;
  private final Keys keys;
  private final CronStates states;
  private final Clock clock;
  private final String by;

  /** Until when ticks were dealt with, by this process. */
  private final Map<String, Instant> dealt = new HashMap<>();

  /**
   * @param by who fires them, {@code agent@NODE}
   */
  public CronTicks(
      Supplier<Schedule> files,
      Leadership leadership,
      ConsulConnection connection,
      Keys keys,
      Clock clock,
      String by) {
    this.files = files;
    this.leadership = leadership;
    this.connection = connection;
    this.keys = keys;
    this.states = new CronStates(connection, keys);
    this.clock = clock;
    this.by = by;
  }

  /** The ticks that are to be put into the event queue now, the oldest of each event first. */
  public List<Tick> due() {
    Optional<Transaction> fence = leadership.fenced();
    Instant now = clock.instant();
    Map<String, Cron> crons = files.get().crons();
    dealt.keySet().retainAll(crons.keySet());
    boolean quiet =
        crons.entrySet().stream().noneMatch(each -> mayBeDue(each.getKey(), each.getValue(), now));
    if (fence.isEmpty() || quiet) {
      return List.of();
    }
    Map<String, Known> known = states.all();
    List<Tick> due = new ArrayList<>();
    crons.forEach(
        (name, cron) -> {
          if (mayBeDue(name, cron, now)) {
            due.addAll(due(name, cron, known.getOrDefault(name, Known.NOTHING), now));
          }
        });
    return due;
  }

  private boolean mayBeDue(String name, Cron cron, Instant now) {
    Instant until = dealt.get(name);
    return until == null || cron.next(until).filter(next -> !next.isAfter(now)).isPresent();
  }

  // INVARIANT: promise 5, an agent that does not lead writes nothing.
  private boolean commit(Transaction change) {
    Optional<Transaction> fence = leadership.fenced();
    return fence.isPresent() && connection.commit(change.and(fence.get())).isDone();
  }

  private List<Tick> due(String name, Cron cron, Known known, Instant now) {
    if (known.newer()) {
      LOG.error(
          "item={} state=left-alone a newer agent wrote it, no tick is fired", keys.cron(name));
      dealt.put(name, now);
      return List.of();
    }
    if (known.state().isEmpty()) {
      begin(name, known, now);
      return List.of();
    }
    CronState state = known.state().get();
    Instant last = state.last();
    Instant from =
        dealt.containsKey(name) && dealt.get(name).isAfter(last) ? dealt.get(name) : last;
    List<Tick> ticks =
        state.paused().isPresent()
            ? List.of()
            : cron.due(from, now).stream().map(at -> Tick.of(name, at, now, by)).toList();
    if (ticks.isEmpty()) {
      dealt.put(name, now);
    }
    Optional<Tick> first = ticks.stream().findFirst();
    Optional<Outcome> against = first.flatMap(tick -> against(tick, cron, state));
    against.ifPresent(why -> leave(first.get(), known, state, why, now));
    return against.isPresent() ? List.of() : cutAtOverlap(ticks, cron);
  }

  /** What comes behind the first is looked at when that has been dealt with. */
  private static List<Tick> cutAtOverlap(List<Tick> ticks, Cron cron) {
    boolean one = cron.overlap() == Cron.Overlap.SKIP;
    return one ? ticks.subList(0, Math.min(1, ticks.size())) : ticks;
  }

  private void begin(String name, Known known, Instant now) {
    Transaction begin =
        new Transaction("begin cron").and(states.replacing(name, known, CronState.since(now)));
    if (commit(begin)) {
      dealt.put(name, now);
      LOG.info("cron={} state=begun", name);
    }
  }

  /** Why a tick becomes no event. */
  private Optional<Outcome> against(Tick tick, Cron cron, CronState state) {
    Optional<String> objection = files.get().objection(tick.name(), Map.of());
    if (objection.isPresent()) {
      return Optional.of(
          Outcome.error(
              Reason.FAILED,
              "the event was rejected: " + objection.get() + "; a tick of cron has no parameters"));
    }
    return state
        .fired()
        .filter(before -> cron.overlap() == Cron.Overlap.SKIP && !hasEnded(tick.name(), before))
        .map(before -> Tick.id(tick.name(), before))
        .map(
            before ->
                new Outcome(
                    Status.SKIP,
                    Optional.empty(),
                    Optional.of(
                        "left out, since the tick before it, event "
                            + before
                            + ", has not ended; `overlap: queue` would have it wait")));
  }

  private boolean hasEnded(String name, Instant before) {
    String id = Tick.id(name, before);
    Optional<EventResult> result =
        connection
            .get(keys.result(id))
            .flatMap(entry -> Json.readable(entry.key(), entry.value(), EventResult.class));
    return result
        .map(it -> it.status().isFinal())
        .orElseGet(() -> connection.get(keys.queued(id)).isEmpty());
  }

  /** A tick that becomes no event has a result all the same. */
  private void leave(Tick tick, Known known, CronState state, Outcome why, Instant now) {
    String id = tick.event().id();
    EventResult end = EventResult.ended(tick.event(), now, now, why);
    boolean left =
        commit(
            new Transaction("leave tick")
                .and(states.replacing(tick.name(), known, state.left(tick.at())))
                .checkNotExists(keys.queued(id))
                .checkNotExists(keys.result(id))
                .set(keys.result(id), Json.write(end)));
    dealt.put(tick.name(), tick.at());
    if (left) {
      LOG.warn("event={} name={} state=left-out {}", id, tick.name(), why.message().orElse(""));
    }
  }

  /** For routes: a tick stands in the event queue, or did so before. */
  public void fired(Tick tick) {
    Known known = states.of(tick.name());
    CronState state = known.state().orElseGet(() -> CronState.since(tick.at()));
    Transaction change =
        new Transaction("fired").and(states.replacing(tick.name(), known, state.fired(tick.at())));
    if (!known.newer() && commit(change)) {
      dealt.put(tick.name(), tick.at());
    }
  }
}
