package dev.metronome.pipeline.claim;

import dev.metronome.consul.ConsulConnection;
import dev.metronome.consul.Entry;
import dev.metronome.consul.Transaction;
import dev.metronome.embedded.EmbeddedConsul;
import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.Claim;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Reason;
import dev.metronome.testing.FaultyConsul;
import dev.metronome.testing.Member;
import dev.metronome.testing.Records;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Node a with the processes that claim its tasks over a Consul that can be made to fail, and what
 * stands there about task 0 of event e1.
 */
final class Node implements AutoCloseable {

  private final EmbeddedConsul consul = EmbeddedConsul.start();
  final FaultyConsul faulty = FaultyConsul.before(consul.agent("a"));
  final ConsulConnection operator = Member.connection(consul, "operator");
  final Keys keys = new Keys(Keys.DEFAULT_PREFIX);

  /** In the order in which they joined. */
  final List<Member> members = new ArrayList<>();

  /** The tasks whose leftovers were to be ended, as event.no. */
  final List<String> ended = new CopyOnWriteArrayList<>();

  /** What the processes have told of their claims. */
  final List<String> heard = new CopyOnWriteArrayList<>();

  /** Whether they do end. */
  volatile boolean leftoversEnd = true;

  /** Another session of this node. */
  Member member() {
    Member member = Member.of(faulty.connection(), "a").join();
    members.add(member);
    return member;
  }

  /** A process with a session of its own. */
  Claims process(String incarnation) {
    return process(member(), incarnation);
  }

  Claims process(Member member, String incarnation) {
    return process(member, incarnation, EndedTasks.ofThisProcess());
  }

  Claims process(Member member, String incarnation, EndedTasks tasks) {
    return new Claims(
        member.connection(),
        member.sessions(),
        keys,
        "a",
        incarnation,
        Clock.systemUTC(),
        (eventId, no) -> {
          ended.add(eventId + "." + no);
          return leftoversEnd;
        },
        tasks,
        List.of(hearing()));
  }

  private Claims.Listener hearing() {
    return new Claims.Listener() {
      @Override
      public void taken() {
        heard.add("taken");
      }

      @Override
      public void tried() {
        heard.add("tried");
      }

      @Override
      public void ended(Assignment assignment, Claim claim, Claims.Ending ending) {
        heard.add(assignment.taskId() + " " + status(claim) + " " + ending);
      }

      @Override
      public void inherited(Assignment assignment, Claim claim) {
        heard.add(assignment.taskId() + " " + status(claim) + " inherited");
      }

      private String status(Claim claim) {
        return claim.outcome().map(it -> it.status().word()).orElse("running");
      }
    };
  }

  /** A process that has taken task 0 of event e1. */
  Claims running(String incarnation) throws InterruptedException {
    return running(member(), incarnation);
  }

  Claims running(Member member, String incarnation) throws InterruptedException {
    Claims claims = process(member, incarnation);
    Assignment assignment = Records.assignment("e1", 0);
    if (!claims.take(assignment, assign(assignment))) {
      throw new IllegalStateException("task 0 of event e1 was not taken by " + incarnation);
    }
    return claims;
  }

  /** Its ModifyIndex. */
  long assign(Assignment assignment) {
    String key = keys.assignment("a", Keys.COMMON_LANE);
    operator.commit(new Transaction().set(key, Json.write(assignment)));
    return operator.get(key).orElseThrow().modifyIndex();
  }

  /** A claim that a process left behind which is no more. */
  void leftBehind(Assignment assignment, int attempt) {
    leftBehind(Claim.running(assignment, "a", "a/earlier", attempt, Records.NOON));
  }

  void leftBehind(Claim claim) {
    operator.commit(new Transaction().set(Records.claim(keys, 1, "e1", 0, "a"), Json.write(claim)));
  }

  /** The leader ends the task in the node's stead. */
  void lost() {
    Claim lost = claim().ended(Records.NOON, Outcome.error(Reason.LOST, "lost"));
    operator.commit(
        new Transaction()
            .set(Records.claim(keys, 1, "e1", 0, "a"), Json.write(lost))
            .set(keys.result("e1", 0, "a"), Json.write(NodeResult.of(lost))));
  }

  Entry claimEntry() {
    return operator.get(Records.claim(keys, 1, "e1", 0, "a")).orElseThrow();
  }

  Claim claim() {
    return Json.read("claim", claimEntry().value(), Claim.class);
  }

  NodeResult result() {
    return Json.read(
        "result", operator.get(keys.result("e1", 0, "a")).orElseThrow().value(), NodeResult.class);
  }

  String log() {
    return new String(
        operator.get(keys.log("e1", 0, "a")).orElseThrow().value(), StandardCharsets.UTF_8);
  }

  boolean isAssigned() {
    return operator
        .get(keys.assignment("a", Keys.COMMON_LANE))
        .filter(entry -> entry.value().length > 0)
        .isPresent();
  }

  @Override
  public void close() {
    members.forEach(Member::close);
    operator.close();
    faulty.close();
    consul.close();
  }
}
