package dev.metronome.state;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Transaction;
import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.model.record.Claim;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Format;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Lead;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.Presence;
import dev.metronome.model.record.Presence.PatternPresence;
import dev.metronome.model.record.Status;
import dev.metronome.model.record.TaskResult;
import dev.metronome.pipeline.queue.EventQueue;
import dev.metronome.testing.Member;
import dev.metronome.testing.Records;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A cluster without agents, of which a test writes what stands in Consul, and its viewer. */
final class ViewedCluster implements AutoCloseable {
  static final Keys KEYS = new Keys(Keys.DEFAULT_PREFIX);

  private final EmbeddedConsul consul = EmbeddedConsul.start();
  private final Member member = Member.joined(consul, "n1");
  private final ConsulConnection connection = member.connection();
  private final Viewer viewer = new Viewer(connection, KEYS, Clock.systemUTC());

  EmbeddedConsul consul() {
    return consul;
  }

  ConsulConnection connection() {
    return connection;
  }

  Viewer viewer() {
    return viewer;
  }

  void accept(Event... events) {
    new EventQueue(connection, KEYS, Clock.systemUTC()).accept(List.of(events));
  }

  void lead(String node) {
    lock(
        KEYS.leader(),
        Lead.of(node, node + "/1", Duration.ofMinutes(2), Duration.ofHours(1))
            .waiting(Duration.ofSeconds(5), Duration.ofMinutes(1)));
  }

  void set(String key, Object record) {
    connection.commit(new Transaction().set(key, Json.write(record)));
  }

  void lock(String key, Object record) {
    connection.commit(new Transaction().lock(key, Json.write(record), member.session()));
  }

  void log(String key, String text) {
    connection.commit(new Transaction().set(key, text.getBytes(StandardCharsets.UTF_8)));
  }

  void agent(String node, Map<String, PatternPresence> patterns) {
    agent(node, patterns, Optional.empty());
  }

  void agent(String node, String original) {
    agent(node, Map.of(), Optional.of(original));
  }

  void agent(String node, Map<String, PatternPresence> patterns, Optional<String> original) {
    lock(
        KEYS.presence(node),
        new Presence(
            Format.CURRENT,
            node,
            "1.0",
            "host boot",
            7,
            Records.NOON,
            node + "/1",
            patterns,
            Optional.empty(),
            Map.of(),
            original,
            List.of(),
            List.of()));
  }

  static PatternPresence pattern(String digest) {
    return new PatternPresence(digest.repeat(64 / digest.length()), List.of("deploy"), Map.of());
  }

  static EventResult ended(String id, Instant at, Outcome how) {
    return EventResult.ended(Records.event(id), at, at.plusSeconds(3), how);
  }

  Plan running(String id) {
    Plan plan =
        Records.plan(id, 3)
            .next(Status.SUCCESS)
            .open(Records.NOON.plusSeconds(9), List.of("n1", "n2", "n3"));
    set(KEYS.plan(Keys.COMMON_LANE), plan);
    set(KEYS.result(id), EventResult.started(plan.event(), plan.startedAt()));
    set(KEYS.result(id, 1), TaskResult.opened(plan));
    return plan;
  }

  Claim claimed(Plan plan, String node) {
    return new Claim(
        Format.CURRENT,
        plan.event().id(),
        plan.current(),
        node,
        node + "/1",
        1,
        Records.NOON.plusSeconds(10),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** Those that tests know of. */
  List<NodeView> nodes() {
    return viewer.nodes().stream().filter(node -> !node.node().equals("embedded-server")).toList();
  }

  @Override
  public void close() {
    member.close();
    consul.close();
  }
}
