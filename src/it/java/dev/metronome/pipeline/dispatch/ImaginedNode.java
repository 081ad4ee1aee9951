package dev.metronome.pipeline.dispatch;

import dev.metronome.consul.Entry;
import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.Outcome;
import dev.metronome.pipeline.claim.Claims;
import dev.metronome.testing.Member;
import dev.metronome.testing.Records;
import dev.metronome.testing.SettableClock;
import java.util.Optional;

/** A node's agent, process after process, whose operations a test begins and ends. */
final class ImaginedNode implements AutoCloseable {

  final String name;
  private final EmbeddedConsul consul;
  private final Keys keys;
  private int processes;
  private Member member;
  private Claims claims;
  private Optional<Assignment> running = Optional.empty();

  ImaginedNode(EmbeddedConsul consul, Keys keys, String name) {
    this.consul = consul;
    this.keys = keys;
    this.name = name;
    start();
  }

  boolean isAlive() {
    return claims != null;
  }

  Optional<Assignment> running() {
    return running;
  }

  /** Another process begins; what the one before ran has died with it. */
  void start() {
    member = Member.joined(consul, name);
    processes++;
    claims =
        new Claims(
            member.connection(),
            member.sessions(),
            keys,
            name,
            name + "/" + processes,
            new SettableClock(Records.NOON),
            (event, no) -> true);
  }

  /** The process is gone, and Consul has noticed. */
  void die() {
    claims = null;
    running = Optional.empty();
    member.close();
  }

  /** Takes what is assigned to it, if it may. */
  Optional<Assignment> take(Entry assigned) throws InterruptedException {
    Assignment assignment = Json.read(assigned.key(), assigned.value(), Assignment.class);
    if (claims.take(assignment, assigned.modifyIndex())) {
      running = Optional.of(assignment);
    }
    return running;
  }

  void finish(Outcome how) throws InterruptedException {
    Assignment done = running.orElseThrow();
    running = Optional.empty();
    claims.finish(done.taskId(), how, "it is over");
  }

  @Override
  public void close() {
    if (isAlive()) {
      die();
    }
  }
}
