package dev.metronome.state;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.model.record.CronState;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.traffic.Cron;
import dev.metronome.pipeline.traffic.CronStates;
import dev.metronome.pipeline.traffic.Tick;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The events of task files that are fired by the calendar, and what Consul knows of them. */
public final class Crons {

  private static final int NEXT = 5;

  private final ConsulConnection connection;
  private final Keys keys;

  public Crons(ConsulConnection connection, Keys keys) {
    this.connection = connection;
    this.keys = keys;
  }

  /** All of them, in the order of the files. */
  public List<CronView> views(Map<String, Cron> crons, Instant now) {
    if (crons.isEmpty()) {
      return List.of();
    }
    Map<String, CronStates.Known> known = new CronStates(connection, keys).all();
    return crons.entrySet().stream()
        .map(
            each ->
                view(
                    each.getKey(),
                    each.getValue(),
                    Optional.ofNullable(known.get(each.getKey())).flatMap(CronStates.Known::state),
                    now))
        .toList();
  }

  private CronView view(String name, Cron cron, Optional<CronState> state, Instant now) {
    Optional<Instant> fired = state.flatMap(CronState::fired);
    Optional<String> event = fired.map(at -> Tick.id(name, at));
    boolean paused = state.flatMap(CronState::paused).isPresent();
    return new CronView(
        name,
        cron.times().text(),
        cron.times().zone().getId(),
        cron.catchUp().toString(),
        cron.overlap().toString(),
        paused ? List.of() : next(cron, now),
        fired,
        event,
        event.flatMap(this::status),
        state.flatMap(CronState::paused));
  }

  private static List<Instant> next(Cron cron, Instant now) {
    return Stream.iterate(cron.next(now), Optional::isPresent, it -> cron.next(it.get()))
        .limit(NEXT)
        .map(Optional::get)
        .toList();
  }

  private Optional<State> status(String id) {
    String key = keys.result(id);
    Optional<State> ended =
        connection
            .get(key)
            .flatMap(entry -> Json.readable(key, entry.value(), EventResult.class))
            .map(result -> State.of(result.status()));
    return ended.or(() -> connection.get(keys.queued(id)).map(waits -> State.QUEUED));
  }
}
