package dev.metronome.pipeline.dispatch;

import dev.metronome.model.schedule.OperationTypes;
import dev.metronome.model.schedule.Schedule;
import dev.metronome.model.schedule.ScheduleReader;
import dev.metronome.model.schedule.Variables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Events that a random history is about: what a task file says of them, and what it means. */
final class TrafficDraft {

  /** Those who are asked, by name or by a group, and two who are not. */
  static final Map<String, List<String>> USERS =
      Map.of(
          "alice", List.of(),
          "bob", List.of("ops"),
          "carol", List.of("ops", "dev"),
          "mallory", List.of("dev"),
          "root", List.of("ops"));

  static final String REQUESTER = "root@host";
  private static final List<String> BUSY = List.of("queue", "queue", "reject", "replace");
  private static final int MINUTES = 24 * 60;

  final Map<String, Integer> limits = new TreeMap<>(Map.of("common", 1));
  final List<Kind> kinds = new ArrayList<>();

  /** A span of each day, in minutes; it denies, or allows. */
  record Span(int from, int to, boolean deny) {
    private boolean isOpen(Instant at) {
      int minute = (int) (at.getEpochSecond() / 60 % MINUTES);
      boolean in = from <= to ? minute >= from && minute < to : minute >= from || minute < to;
      return in != deny;
    }

    private String yaml() {
      return "{%sfrom: \"%02d:%02d\", to: \"%02d:%02d\"}"
          .formatted(deny ? "deny: true, " : "", from / 60, from % 60, to / 60, to % 60);
    }
  }

  /** Each tenth minute. */
  record Ticks(boolean all, boolean none, boolean skips) {
    static final Duration BETWEEN = Duration.ofMinutes(10);

    Duration late() {
      return none ? Duration.ofMinutes(1) : Duration.ofMinutes(30);
    }

    /** Those after one moment that are due at another, oldest first. */
    List<Instant> due(Instant after, Instant now) {
      List<Instant> due = new ArrayList<>();
      long step = BETWEEN.toSeconds();
      long first = Math.floorDiv(now.minus(late()).getEpochSecond() + step - 1, step) * step;
      for (long at = first; at <= now.getEpochSecond(); at += step) {
        Instant tick = Instant.ofEpochSecond(at);
        if (tick.isAfter(after) && !tick.plus(late()).isBefore(now)) {
          due.add(tick);
        }
      }
      return all || due.isEmpty() ? due : due.subList(due.size() - 1, due.size());
    }

    private String yaml() {
      return "{at: \"*/10 * * * *\", within: 30m, catch_up: %s, overlap: %s}"
          .formatted(none ? "none" : all ? "all" : "last", skips ? "skip" : "queue");
    }
  }

  /**
   * An event's name and its rules.
   *
   * @param asks how many must agree before its last task; 0 if it asks nobody
   */
  record Kind(
      String name,
      String lane,
      String whenBusy,
      Optional<Span> window,
      Optional<Ticks> cron,
      int asks,
      boolean approvedInTime,
      List<String> services) {

    boolean isOpen(Instant at) {
      return window.isEmpty() || window.get().isOpen(at);
    }
  }

  TrafficDraft(Random random) {
    int count = 2 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      kinds.add(kind("e" + i, random));
    }
    limit(random);
  }

  /** Other limits of the lanes from now on. */
  void limit(Random random) {
    kinds.stream()
        .map(Kind::lane)
        .distinct()
        .filter(lane -> !lane.equals("common"))
        .forEach(lane -> limits.put(lane, 1 + random.nextInt(3)));
  }

  /** The task file. */
  String text() {
    StringBuilder windows = new StringBuilder();
    StringBuilder events = new StringBuilder();
    Set<String> limited = new HashSet<>(Set.of("common"));
    for (Kind kind : kinds) {
      kind.window().ifPresent(it -> windows.append("  w-" + kind.name() + ": " + it.yaml() + "\n"));
      events.append(yaml(kind, limited.add(kind.lane())));
    }
    return (windows.isEmpty() ? "" : "windows:\n" + windows)
        + "events:\n"
        + events
        + "tasks: {t: {operations: [{echo: {text: a}}]}}\n";
  }

  private static Kind kind(String name, Random random) {
    String lane = List.of("common", "a", "a", "b").get(random.nextInt(4));
    int from = 11 * 60 + random.nextInt(180);
    return new Kind(
        name,
        lane,
        lane.equals("common") ? "queue" : BUSY.get(random.nextInt(BUSY.size())),
        random.nextInt(3) > 0
            ? Optional.empty()
            : Optional.of(
                new Span(from, (from + 30 + random.nextInt(570)) % MINUTES, random.nextBoolean())),
        random.nextInt(3) > 0
            ? Optional.empty()
            : Optional.of(
                new Ticks(random.nextBoolean(), random.nextInt(3) == 0, random.nextBoolean())),
        random.nextInt(3) > 0 ? 0 : 1 + random.nextInt(2),
        random.nextBoolean(),
        Stream.generate(() -> random.nextBoolean() ? "app" : "db")
            .limit(1 + random.nextInt(2))
            .toList());
  }

  private String yaml(Kind kind, boolean first) {
    StringBuilder said = new StringBuilder("  " + kind.name() + ":\n");
    if (!kind.lane().equals("common")) {
      String limit = first ? ", limit: " + limits.get(kind.lane()) : "";
      said.append(
          "    lane: {name: %s%s, when_busy: %s}\n".formatted(kind.lane(), limit, kind.whenBusy()));
    }
    kind.window().ifPresent(it -> said.append("    window: w-" + kind.name() + "\n"));
    kind.cron().ifPresent(it -> said.append("    cron: " + it.yaml() + "\n"));
    said.append("    ordered_tasks:\n");
    List<String> services = kind.services();
    services.subList(1, services.size()).forEach(it -> said.append(task(it)));
    if (kind.asks() > 0) {
      said.append(
          "      - approve: {message: go, by: [alice, ops], timeout: 20m, count: %d, on_timeout: %s}\n"
              .formatted(kind.asks(), kind.approvedInTime() ? "approve" : "deny"));
    }
    return said + task(services.get(0));
  }

  private static String task(String service) {
    return "      - {service: %s, task: t}\n".formatted(service);
  }

  Kind kind(String name) {
    return kinds.stream().filter(it -> it.name().equals(name)).findFirst().orElseThrow();
  }

  Schedule schedule(Path folder) throws IOException {
    Path file = folder.resolve("ops/task.yml");
    Files.createDirectories(file.getParent());
    Files.writeString(file, text());
    Schedule schedule =
        new ScheduleReader(OperationTypes.builtIn(), Variables.none())
            .read(List.of(file))
            .schedule();
    if (schedule.eventNames().size() != kinds.size()) {
      throw new AssertionError("not as it was meant: " + text());
    }
    return schedule;
  }

  static String tickId(String name, Instant at) {
    return "cron.%s.%2$tY%2$tm%2$tdT%2$tH%2$tM%2$tSZ".formatted(name, at.atOffset(ZoneOffset.UTC));
  }
}
