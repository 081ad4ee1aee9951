package dev.metronome.state;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.model.record.CronState;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.schedule.BrokenFile;
import dev.metronome.model.schedule.Schedule;
import dev.metronome.model.traffic.Cron;
import dev.metronome.pipeline.traffic.CronStates;
import dev.metronome.pipeline.traffic.Tick;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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

  /**
   * All of them, in the order of the files; then those that Consul knows of, where a file that
   * cannot be used may have them.
   */
  public List<CronView> views(Schedule files, Instant now) {
    if (files.crons().isEmpty() && files.leftOut().isEmpty()) {
      return List.of();
    }
    Map<String, CronStates.Known> known = new TreeMap<>(new CronStates(connection, keys).all());
    List<CronView> views = new ArrayList<>();
    files
        .crons()
        .forEach(
            (name, cron) ->
                views.add(
                    view(
                        name,
                        Optional.of(cron),
                        Optional.ofNullable(known.remove(name)),
                        now,
                        Optional.empty())));
    known.forEach(
        (name, record) ->
            fault(name, files)
                .ifPresent(
                    why ->
                        views.add(
                            view(
                                name,
                                Optional.empty(),
                                Optional.of(record),
                                now,
                                Optional.of(why)))));
    return List.copyOf(views);
  }

  /** Why it is not known whether an event has {@code cron}; empty if it has none. */
  private static Optional<String> fault(String name, Schedule files) {
    return files
        .objection(name)
        .map(why -> name + " " + why)
        .or(
            () ->
                files.defines(name)
                    ? Optional.empty()
                    : files.leftOut().stream().findFirst().map(BrokenFile::fault));
  }

  private CronView view(
      String name,
      Optional<Cron> cron,
      Optional<CronStates.Known> known,
      Instant now,
      Optional<String> fault) {
    Optional<CronState> state = known.flatMap(CronStates.Known::state);
    Optional<String> newer =
        known
            .filter(CronStates.Known::newer)
            .map(record -> "a newer agent wrote " + keys.cron(name) + "; update the agents");
    Optional<Instant> fired = state.flatMap(CronState::fired);
    Optional<String> event = fired.map(at -> Tick.id(name, at));
    boolean rests = newer.isPresent() || state.flatMap(CronState::paused).isPresent();
    return new CronView(
        name,
        cron.map(each -> each.times().text()),
        cron.map(each -> each.times().zone().getId()),
        cron.map(each -> each.catchUp().toString()),
        cron.map(each -> each.overlap().toString()),
        rests ? List.of() : cron.map(each -> next(each, now)).orElse(List.of()),
        newer.or(() -> fault),
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
