package dev.metronome.pipeline.claim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.Claim;
import dev.metronome.model.record.EndedNodes;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.Reason;
import dev.metronome.testing.LogLines;
import dev.metronome.testing.Member;
import dev.metronome.testing.Records;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Old records of a task are put back after its end, and new ones are deleted before it. */
class PutBackTest {

  private static final Outcome FAILED = Outcome.error(Reason.FAILED, "exit code 3");

  @TempDir Path folder;
  @AutoClose private final Node node = new Node();
  private final Assignment assignment = Records.assignment("e1", 0);

  private EndedTasks file() {
    return EndedTasks.of(folder.resolve("run/ended-a.jsonl"));
  }

  private void delete(String key) {
    node.operator.commit(new Transaction().deleteTree(key));
  }

  /** A process that has ended the task, of which nothing is left in Consul. */
  private void endedAndForgotten() throws Exception {
    Claims claims = node.process(node.member(), "a/1", file());
    assertThat(claims.take(assignment, node.assign(assignment))).isTrue();
    claims.finish("e1.0", FAILED, "");
    delete(node.keys.prefix());
  }

  private void plan(Plan plan) {
    node.operator.commit(new Transaction().set(node.keys.plan(Keys.COMMON_LANE), Json.write(plan)));
  }

  // INVARIANT: promise 4
  @Test
  void a_task_that_has_ended_here_is_not_taken_again_by_a_later_process() throws Exception {
    endedAndForgotten();
    Claims next = node.process(node.member(), "a/2", file());

    try (LogLines log = LogLines.of(Restoring.class)) {
      assertThat(next.take(assignment, node.assign(assignment))).isFalse();
      assertThat(log.with("event=e1 no=0 state=ended-before it ended here as error")).hasSize(1);
    }
    assertThat(node.isAssigned()).isFalse();
    assertThat(node.operator.names(Records.claims(node.keys, 1, "e1", 0)))
        .as("nobody waits for it")
        .isEmpty();
    assertThat(node.operator.names(node.keys.results())).isEmpty();
  }

  @Test
  void its_outcome_comes_back_where_a_plan_waits_for_it() throws Exception {
    endedAndForgotten();
    plan(Records.plan("e1", 1).open(Records.NOON, List.of("a")));
    node.leftBehind(assignment, 1);
    Claims next = node.process(node.member(), "a/2", file());

    assertThat(next.take(assignment, node.assign(assignment))).isFalse();

    assertThat(node.claim().outcome()).hasValue(FAILED);
    assertThat(node.result().reason()).hasValue(Reason.FAILED);
    assertThat(node.isAssigned()).isFalse();
  }

  @Test
  void even_one_that_may_be_retried_is_not() throws Exception {
    Assignment retryable =
        Assignment.of(Records.event("e1"), Records.retryable(0, "task-0", 5), 1, Records.NOON);
    endedAndForgotten();
    node.leftBehind(retryable, 1);

    assertThat(node.process(node.member(), "a/2", file()).take(retryable, node.assign(retryable)))
        .isFalse();
  }

  @Test
  void another_event_that_was_given_the_same_id_is_taken() throws Exception {
    endedAndForgotten();
    Event again =
        Event.of("e1", "deploy", Map.of(), Records.NOON.plusSeconds(60), "http", "root@host");
    Assignment other = Assignment.of(again, Records.task(0, "task-0"), 1, Instant.now());

    assertThat(node.process(node.member(), "a/2", file()).take(other, node.assign(other))).isTrue();
  }

  @Test
  void without_any_memory_a_final_result_without_a_claim_is_enough() throws Exception {
    Claims claims = node.running("a/1");
    claims.finish("e1.0", Outcome.success(), "");
    delete(Records.claims(node.keys, 1, "e1", 0));
    plan(Records.plan("e1", 1).open(Records.NOON, List.of("a")));

    assertThat(node.process("a/2").take(assignment, node.assign(assignment))).isFalse();

    assertThat(node.claim().outcome()).hasValue(Outcome.success());
    assertThat(node.isAssigned()).isFalse();
  }

  @Test
  void to_a_batch_that_has_ended_nothing_is_put_back() throws Exception {
    node.running("a/1").finish("e1.0", FAILED, "");
    delete(Records.claims(node.keys, 1, "e1", 0));
    EndedNodes ended = EndedNodes.NONE.and(List.of("a"), a -> FAILED, a -> true);
    plan(
        Records.plan("e1", 1)
            .openInBatches(Records.NOON, List.of(List.of("a"), List.of("b")), List.of())
            .openBatch(Records.NOON, ended)
            .in(assignment.epoch()));

    assertThat(node.process("a/2").take(assignment, node.assign(assignment))).isFalse();

    assertThat(node.isAssigned()).isFalse();
    assertThat(node.operator.names(Records.claims(node.keys, 1, "e1", 0))).isEmpty();
    assertThat(node.result().reason()).hasValue(Reason.FAILED);
  }

  @Test
  void a_run_that_has_left_a_result_but_no_claim_ends_as_interrupted() throws Exception {
    node.running("a/1");
    delete(Records.claims(node.keys, 1, "e1", 0));
    plan(Records.plan("e1", 1).open(Records.NOON, List.of("a")));

    assertThat(node.process("a/2").take(assignment, node.assign(assignment))).isFalse();

    assertThat(node.ended).containsExactly("e1.0");
    assertThat(node.result().reason()).hasValue(Reason.INTERRUPTED);
  }

  @Test
  void what_is_seen_late_of_a_task_that_has_just_ended_is_no_old_record() throws Exception {
    Claims claims = node.process("a/1");
    long index = node.assign(assignment);
    claims.take(assignment, index);
    claims.finish("e1.0", Outcome.success(), "");

    try (LogLines log = LogLines.of(Restoring.class)) {
      assertThat(claims.take(assignment, index)).isFalse();
      assertThat(log.lines()).isEmpty();
    }
  }

  @Test
  void a_claim_that_is_deleted_while_its_task_runs_is_put_back_at_the_end_or_before()
      throws Exception {
    Member member = node.member();
    Claims claims = node.running(member, "a/1");
    delete(Records.claims(node.keys, 1, "e1", 0));

    assertThat(claims.finish("e1.0", FAILED, "line\n")).isEqualTo(Claims.Ending.RECORDED);
    assertThat(node.claim().outcome()).hasValue(FAILED);
    assertThat(node.log()).isEqualTo("line\n");
  }

  @Test
  void a_claim_that_an_older_one_replaces_is_put_back() throws Exception {
    Claims claims = node.running("a/1");
    node.leftBehind(assignment, 1); // a plain write, which leaves the lock where it is

    assertThat(claims.finish("e1.0", FAILED, "")).isEqualTo(Claims.Ending.RECORDED);
    assertThat(node.claim().incarnation()).isEqualTo("a/1");
  }

  @Test
  void what_the_cluster_has_decided_counts_and_not_how_it_ended_here() throws Exception {
    Claims claims = node.process(node.member(), "a/1", file());
    claims.take(assignment, node.assign(assignment));
    Claim lost = node.claim().ended(Records.NOON, Outcome.error(Reason.LOST, "vanished"));
    node.operator.commit(
        new Transaction()
            .deleteTree(Records.claims(node.keys, 1, "e1", 0))
            .delete(node.keys.assignment("a", Keys.COMMON_LANE))
            .set(node.keys.result("e1", 0, "a"), Json.write(NodeResult.of(lost))));

    assertThat(claims.finish("e1.0", Outcome.success(), "")).isEqualTo(Claims.Ending.LATE);

    assertThat(file().find(assignment).orElseThrow().outcome().orElseThrow().reason())
        .hasValue(Reason.LOST);
  }

  /** Its slot is the next task's by then. */
  @Test
  void a_claim_is_not_put_back_when_another_task_stands_in_the_slot() throws Exception {
    Claims claims = node.process(node.member(), "a/1", file());
    claims.take(assignment, node.assign(assignment));
    node.operator.commit(new Transaction().deleteTree(Records.claims(node.keys, 1, "e1", 0)));
    node.assign(Records.assignment("e2", 0));

    assertThat(claims.finish("e1.0", Outcome.success(), "")).isEqualTo(Claims.Ending.LATE);

    assertThat(node.operator.names(node.keys.claims(Keys.COMMON_LANE, 1))).isEmpty();
    assertThat(node.isAssigned()).as("the other one").isTrue();
  }

  private static Claim ended(int no) {
    Assignment task = Records.assignment("e" + no, 0);
    return Claim.running(task, "a", "a/1", 1, Records.NOON).ended(Records.NOON, Outcome.success());
  }

  @Test
  void the_file_is_bounded_private_and_read_again_though_it_was_cut_off() throws IOException {
    EndedTasks tasks = file();
    int many = 3 * EndedTasks.KEPT;
    for (int no = 0; no < many; no++) {
      tasks.remember(Records.event("e" + no), ended(no));
    }
    Path path = folder.resolve("run/ended-a.jsonl");
    assertThat(Files.readAllLines(path)).hasSizeLessThanOrEqualTo(2 * EndedTasks.KEPT);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rw-------");
    String whole = Files.readString(path);
    Files.writeString(path, whole.substring(0, whole.length() - 20));

    EndedTasks read = file();
    assertThat(read.find(Records.assignment("e" + (many - 1), 0))).as("cut off").isEmpty();
    assertThat(read.find(Records.assignment("e" + (many - 2), 0))).isPresent();
    assertThat(read.find(Records.assignment("e" + (many - 2), 1))).isEmpty();
    assertThat(read.find(Records.assignment("e0", 0))).isEmpty();
  }

  @Test
  void a_folder_that_cannot_be_used_is_said_once_and_costs_only_the_memory_of_later_processes()
      throws IOException {
    Path taken = Files.writeString(folder.resolve("file"), "");
    EndedTasks tasks = EndedTasks.of(taken.resolve("ended.jsonl"));
    try (LogLines log = LogLines.of(EndedTasks.class)) {
      tasks.remember(Records.event("e1"), ended(1));
      tasks.remember(Records.event("e2"), ended(2));
      assertThat(log.with("state=unusable")).hasSize(1);
    }
    assertThat(tasks.find(Records.assignment("e1", 0))).isPresent();
  }
}
