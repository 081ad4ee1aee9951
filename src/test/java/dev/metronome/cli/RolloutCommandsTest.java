package dev.metronome.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Batching;
import dev.metronome.model.record.Claim;
import dev.metronome.model.record.EndedNodes;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Format;
import dev.metronome.model.record.Freeze;
import dev.metronome.model.record.FreezeScope;
import dev.metronome.model.record.HealthGate;
import dev.metronome.model.record.Json;
import dev.metronome.model.record.Keys;
import dev.metronome.model.record.LeftOut;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Part;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.TaskResult;
import dev.metronome.testing.Member;
import dev.metronome.testing.Records;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commands say of an event with batches, a gate, undo and nodes left out. */
class RolloutCommandsTest {
  private static final Keys KEYS = OneNodeCluster.KEYS;
  private static final Instant NOW = Records.NOON.plusSeconds(2);

  @TempDir private Path folder;
  @AutoClose private final OneNodeCluster cluster = new OneNodeCluster();

  @AutoClose
  private final Member member =
      Member.of(Member.connection(cluster.consul(), "n1"), "n1", "no-agent").join();

  private void lock(String key, Object record) {
    member.connection().commit(new Transaction().lock(key, Json.write(record), member.session()));
  }

  private void set(String key, Object record) {
    member.connection().commit(new Transaction().set(key, Json.write(record)));
  }

  private static PlannedTask install(int no, Optional<Part> part, Optional<Integer> undoes) {
    PlannedTask task = Records.task(no, "install");
    Batching gate =
        new Batching(
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(new HealthGate(10, 300, Optional.empty())));
    return new PlannedTask(
        no,
        task.pattern(),
        task.task(),
        part,
        undoes,
        task.nodes(),
        task.rollout(),
        undoes.isEmpty() ? gate : Batching.NONE);
  }

  private static Plan plan() {
    return Records.plan(
        "e1",
        List.of(
            install(0, Optional.empty(), Optional.empty()),
            install(1, Optional.of(Part.UNDO), Optional.of(0))));
  }

  private Claim claim(Plan plan, String node) {
    return Claim.of("e1", plan.current(), node, node + "/1", 1, Records.NOON);
  }

  private void inProgress(Plan plan) {
    set(KEYS.plan(Keys.COMMON_LANE), plan);
    set(KEYS.result("e1"), EventResult.started(plan.event(), Records.NOON));
    set(KEYS.result("e1", plan.current()), TaskResult.opened(plan));
  }

  private String said(String... command) {
    Shell shell = cluster.shell(folder);
    shell.run(command);
    return shell.out();
  }

  @Test
  void status_says_which_batch_it_is_what_its_gate_waits_for_and_who_is_left_out() {
    Instant now = Instant.now();
    Plan plan =
        plan()
            .openInBatches(
                Records.NOON,
                List.of(List.of("app-1"), List.of("app-2"), List.of("app-3")),
                LeftOut.all(List.of("app-4"), LeftOut.NO_AGENT))
            .openBatch(Records.NOON, EndedNodes.NONE)
            .atGate(now)
            .waiting(now.minusSeconds(40), Optional.of("app-2: check `http` critical"));
    inProgress(plan);
    Outcome broke = Outcome.error(Reason.FAILED, "it broke");
    lock(
        Records.claim(KEYS, 1, "e1", 0, "app-1"),
        claim(plan, "app-1").ended(now, Outcome.success()));
    lock(
        Records.claim(KEYS, 1, "e1", 0, "app-2"),
        Claim.untaken("e1", 0, "app-2", Records.NOON).ended(now, broke));

    assertThat(said("status").lines())
        .anyMatch(
            line ->
                line.matches(
                    " +batch 2 of 3, waiting for app-2: check `http` critical for 4\\d s,"
                        + " 4 min \\d+ s left"))
        .anyMatch(line -> line.matches("done +app-1 success in .*"))
        .anyMatch(line -> line.matches(" +app-2 error: it broke"))
        .anyMatch(line -> line.matches("left out +2 of 3; app-4 left out: no agent"))
        .noneMatch(line -> line.contains("skip in"));
    assertThat(said("show", "e1")).contains("batch 2 of 3, waiting for app-2: check `http`");
  }

  @Test
  void an_undo_is_called_so_wherever_its_node_and_its_log_are_named() {
    Plan failed = plan().end(Outcome.error(Reason.FAILED, "it broke"));
    Plan plan = failed.to(failed.tasks().get(1), List.of()).open(Records.NOON, List.of("app-1"));
    inProgress(plan);
    set(Records.claim(KEYS, 1, "e1", 1, "app-1"), claim(plan, "app-1"));
    set(KEYS.presence("app-1"), presence());
    assertThat(said("nodes")).contains("has vanished at task 1 undo of install of deploy e1");
    assertThat(said("nodes", "--json"))
        .contains("\"Doing\":{\"EventID\":\"e1\"", "\"Part\":\"undo\"");

    Outcome broke = Outcome.error(Reason.FAILED, "no way back");
    set(KEYS.result("e1", 1, "app-1"), NodeResult.of(claim(plan, "app-1").ended(NOW, broke)));
    log(KEYS.log("e1", 1, "app-1"), "rolling back\n");
    assertThat(said("show", "e1")).contains("task 1 undo of install on app-1 said in 1 line:");
  }

  @Test
  void a_gate_that_is_well_is_not_counted_down_under_a_freeze() {
    Instant now = Instant.now();
    inProgress(
        plan()
            .openInBatches(Records.NOON, List.of(List.of("app-1"), List.of("app-2")), List.of())
            .openBatch(Records.NOON, EndedNodes.NONE)
            .atGate(now)
            .waiting(now, Optional.empty()));
    assertThat(said("status")).contains("batch 2 of 2, all is well for ", " and has to stay so, ");
    set(
        KEYS.freeze(FreezeScope.ALL),
        Freeze.of(FreezeScope.ALL, "me", now, "moving", Optional.empty()));
    assertThat(said("status"))
        .contains("batch 2 of 2, all is well, and a freeze holds what comes next")
        .doesNotContain(" left");
  }

  private void log(String key, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    member.connection().commit(new Transaction().set(key, bytes));
  }

  private static Object presence() {
    return Map.of(
        "Format",
        Format.CURRENT,
        "Node",
        "app-1",
        "Version",
        "1",
        "Host",
        "h",
        "Pid",
        7,
        "StartedAt",
        Records.NOON,
        "Incarnation",
        "app-1/1",
        "Patterns",
        Map.of());
  }

  @Test
  void of_a_node_that_never_began_it_is_not_said_that_it_said_nothing() {
    Outcome none = Outcome.error(Reason.UNREACHABLE, "no agent there takes the task");
    Plan plan = plan().open(Records.NOON, List.of("app-1"));
    Claim untaken = Claim.untaken("e1", 0, "app-1", Records.NOON);
    set(KEYS.result("e1"), EventResult.ended(plan.event(), Records.NOON, NOW, none));
    set(KEYS.result("e1", 0), TaskResult.ended(plan, NOW, none));
    set(KEYS.result("e1", 0, "app-1"), NodeResult.of(untaken.ended(NOW, none)));
    assertThat(said("show", "e1"))
        .containsPattern("app-1 +x error +no agent there takes the task\n")
        .doesNotContain("said nothing");
  }

  @Test
  void a_failed_event_names_the_command_that_goes_on_with_it() {
    Outcome broke = Outcome.error(Reason.FAILED, "it broke");
    Plan plan = plan().open(Records.NOON, List.of("app-1"));
    set(KEYS.endedPlan("e1"), plan);
    set(KEYS.result("e1"), EventResult.ended(plan.event(), Records.NOON, NOW, broke));
    set(KEYS.result("e1", 0), TaskResult.ended(plan, NOW, broke));
    set(KEYS.result("e1", 0, "app-1"), NodeResult.of(claim(plan, "app-1").ended(NOW, broke)));
    assertThat(said("show", "e1")).endsWith("to go on at task 0 install: metronome retry e1\n");
  }
}
