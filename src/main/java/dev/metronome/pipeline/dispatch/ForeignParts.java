package dev.metronome.pipeline.dispatch;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.LeftOut;
import dev.metronome.model.record.Presence;
import dev.metronome.model.schedule.Schedule;
import dev.metronome.pipeline.membership.Roster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The parts that an event has in patterns which other agents have, and whose task files are not
 * here: one node may have its new files before the leader has them. Thread-safe.
 *
 * <p><em>Does not guarantee</em> to know what an agent has said within the last seconds: to ask for
 * each event would make every event slower.
 */
final class ForeignParts {

  private static final Duration FRESH = Duration.ofSeconds(5);

  private final ConsulConnection connection;
  private final Keys keys;
  private final String node;
  private List<Presence> known = List.of();
  private long readNanos;
  private boolean read;

  /**
   * @param node the leader; none if somebody only asks what would be
   */
  ForeignParts(ConsulConnection connection, Keys keys, String node) {
    this.connection = connection;
    this.keys = keys;
    this.node = node;
  }

  /** What is left out of an event by these task files, and who has it; a sentence. */
  // INVARIANT: promise 10, no part of an event is left out without a word.
  Optional<String> leftOut(Schedule here, String event) {
    Map<String, List<String>> nodes = new TreeMap<>();
    for (Presence agent : agents()) {
      agent.patterns().keySet().stream()
          .filter(pattern -> agent.defines(event, pattern) && !defines(here, event, pattern))
          .forEach(
              pattern -> nodes.computeIfAbsent(pattern, it -> new ArrayList<>()).add(agent.node()));
    }
    if (nodes.isEmpty()) {
      return Optional.empty();
    }
    List<String> parts = new ArrayList<>();
    nodes.forEach(
        (pattern, with) -> parts.add(pattern + " (on " + LeftOut.some(with, with.size()) + ")"));
    String files = node.isEmpty() ? "task files here" : "task files of the leader " + node;
    return Optional.of(
        "pattern "
            + LeftOut.some(parts, parts.size())
            + ": the "
            + files
            + " do not define it for this event");
  }

  private static boolean defines(Schedule here, String event, String pattern) {
    return here.pattern(pattern).filter(it -> it.events().containsKey(event)).isPresent();
  }

  private synchronized List<Presence> agents() {
    long now = System.nanoTime();
    if (!read || now - readNanos > FRESH.toNanos()) {
      known =
          Roster.of(connection.list(keys.nodes()).value()).presences().stream()
              .filter(agent -> !agent.node().equals(node))
              .toList();
      readNanos = now;
      read = true;
    }
    return known;
  }
}
