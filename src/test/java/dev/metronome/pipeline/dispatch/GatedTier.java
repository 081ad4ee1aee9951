package dev.metronome.pipeline.dispatch;

import dev.metronome.model.record.Batching;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.GateState;
import dev.metronome.model.record.GateWait;
import dev.metronome.model.record.HealthGate;
import dev.metronome.model.record.NodeSelector;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Rollout;
import dev.metronome.model.record.Share;
import dev.metronome.testing.NodeStates;
import dev.metronome.testing.Records;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Nodes with instances of app that have a check, and a leader with a task that waits for their
 * health.
 */
final class GatedTier implements AutoCloseable {

  static final Duration FOR = Duration.ofSeconds(10);
  static final Duration WITHIN = Duration.ofMinutes(5);
  static final Outcome FAILED = Outcome.error(Reason.FAILED, "exit status 1");

  final Leader leader = new Leader();

  /** Each with an agent, and an instance of app that has a check. */
  List<String> nodes(int number) {
    List<String> names = IntStream.range(0, number).mapToObj("n%02d"::formatted).toList();
    names.forEach(this::node);
    return names;
  }

  void node(String name) {
    leader.agent(name);
    app(name, "passing");
  }

  void app(String node, String status) {
    NodeStates.service(leader.consul, node, "app", "app", "blue");
    http(node, status);
  }

  void http(String node, String status) {
    NodeStates.check(leader.consul, node, "app", "http", status);
  }

  static Batching gated(String maxFailures, String keep, String... serial) {
    Batching batches = BatchesTest.batching(null, maxFailures, serial);
    return new Batching(
        batches.serial(),
        batches.order(),
        batches.spread(),
        batches.maxFailures(),
        Optional.of(
            new HealthGate(
                FOR.toSeconds(),
                WITHIN.toSeconds(),
                Optional.ofNullable(keep).flatMap(Share::read))));
  }

  static Plan plan(Event event, Batching batching) {
    PlannedTask first =
        new PlannedTask(
            0,
            "web",
            "install",
            new NodeSelector(Optional.of("app"), Optional.of("blue")),
            new Rollout(true, false, false, 1),
            batching);
    return Plan.of(event, Records.NOON, "web:0", List.of(first, Records.task(1, "after")));
  }

  void dispatched(Batching batching) {
    leader.dispatched(plan(Records.event("e1"), batching));
    advance();
  }

  /** As often as there is something to do at this moment. */
  void advance() {
    for (int i = 0; i < 20; i++) {
      leader.look();
      if (leader.progress.view().head().isEmpty() || leader.advance().isEmpty()) {
        return;
      }
    }
    throw new AssertionError("it never comes to rest");
  }

  void elapse(Duration time) {
    leader.elapse(time);
    leader.clock.forward(time);
    advance();
  }

  void ended(Outcome how, String... nodes) {
    for (String node : nodes) {
      leader.ended("e1", 0, node, how);
    }
    advance();
  }

  void succeeded(String... nodes) {
    ended(Outcome.success(), nodes);
  }

  boolean isOpen(String node) {
    return leader.isAssigned(node, "e1", 0);
  }

  boolean hasGoneOn() {
    return leader.plan("e1").filter(plan -> plan.current() == 1).isPresent();
  }

  Optional<String> waitsFor() {
    return leader
        .plan("e1")
        .flatMap(Plan::gate)
        .flatMap(GateState::waiting)
        .flatMap(GateWait::what);
  }

  void deregister(String node) {
    NodeStates.removeService(leader.consul, node, "app");
  }

  @Override
  public void close() {
    leader.close();
  }
}
