package dev.metronome.cli.picture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.model.record.Batching;
import dev.metronome.model.record.Claim;
import dev.metronome.model.record.EndedNodes;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.HealthGate;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.TaskResult;
import dev.metronome.state.EventSummary;
import dev.metronome.state.EventView;
import dev.metronome.state.TaskView;
import dev.metronome.testing.Records;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a pipe or a log gets of an event: a line for each change, in the order of what happened. */
class PlainLinesTest {
  private static final Instant LATER = Records.NOON.plusSeconds(4);
  private static final Instant THEN = LATER.plusSeconds(30);

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final PlainLines lines =
      new PlainLines(new PrintStream(out, true, StandardCharsets.UTF_8));
  private final Event event = Records.event("e1");

  private void show(TaskResult task, NodeResult... nodes) {
    TaskView view = TaskView.of(task, Optional.of("app"), List.of(nodes));
    EventResult running = EventResult.started(event, Records.NOON);
    lines.show(new EventView(EventSummary.of(running), List.of(view)));
  }

  private static Claim claim(String node) {
    return Claim.running(Records.assignment("e1", 0), node, node + "/1", 1, Records.NOON);
  }

  private static NodeResult began(String node) {
    return NodeResult.of(claim(node));
  }

  private static NodeResult ended(String node, Outcome how) {
    return NodeResult.of(claim(node).ended(LATER, how));
  }

  private Stream<String> said() {
    return out.toString(StandardCharsets.UTF_8).lines();
  }

  private static Plan gated() {
    PlannedTask task = Records.task(0, "install");
    Batching gate =
        new Batching(
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(new HealthGate(10, 300, Optional.empty())));
    return Records.plan(
            "e1",
            List.of(
                new PlannedTask(
                    0, task.pattern(), task.task(), task.nodes(), task.rollout(), gate)))
        .openInBatches(
            Records.NOON, List.of(List.of("app-1"), List.of("app-2", "app-3")), List.of());
  }

  private static Plan first() {
    return Records.plan("e1", 1)
        .openInBatches(
            Records.NOON, List.of(List.of("app-1"), List.of("app-2", "app-3")), List.of());
  }

  @Test
  void a_batch_is_opened_for_its_own_nodes_after_the_one_before_has_ended() {
    Outcome broke = Outcome.error(Reason.FAILED, "it broke");
    show(TaskResult.opened(first()), began("app-1"));
    show(
        TaskResult.opened(first().openBatch(LATER, EndedNodes.NONE)),
        ended("app-1", broke),
        began("app-2"));
    assertThat(said())
        .containsExactly(
            "event deploy: dispatched",
            "task 0 task-0: batch 1 of 2 opened for app-1",
            "task 0 task-0 on app-1: inprogress",
            "task 0 task-0 on app-1: error in 4.0 s (it broke)",
            "task 0 task-0: batch 2 of 2 opened for app-2, app-3",
            "task 0 task-0 on app-2: inprogress");
  }

  @Test
  void no_batch_is_told_before_it_was_read_how_the_one_before_ended() {
    show(
        TaskResult.opened(first().openBatch(LATER, EndedNodes.NONE)),
        began("app-1"),
        began("app-2"));
    assertThat(said()).noneMatch(line -> line.contains("batch 2")).noneMatch(l -> l.contains("-2"));
    show(
        TaskResult.opened(first().openBatch(LATER, EndedNodes.NONE)),
        ended("app-1", Outcome.success()),
        began("app-2"));
    assertThat(said())
        .containsSubsequence(
            "task 0 task-0 on app-1: success in 4.0 s",
            "task 0 task-0: batch 2 of 2 opened for app-2, app-3");
  }

  @Test
  void what_came_of_a_gate_is_told_before_the_next_batch_is() {
    Plan plan = gated();
    Plan waiting = plan.atGate(LATER).waiting(LATER, Optional.of("app-1: check `http` critical"));
    show(TaskResult.opened(waiting), ended("app-1", Outcome.success()));
    Plan passed = waiting.gateEnded(THEN, Optional.empty()).openBatch(THEN, EndedNodes.NONE);
    show(TaskResult.opened(passed), ended("app-1", Outcome.success()), began("app-2"));
    assertThat(said())
        .containsSubsequence(
            "task 0 install: batch 1 of 2 opened for app-1",
            "task 0 install on app-1: success in 4.0 s",
            "task 0 install, batch 1 of 2: gate passed in 30.0 s",
            "task 0 install: batch 2 of 2 opened for app-2, app-3");
  }

  @Test
  void a_gate_that_failed_says_why_as_long_as_its_task_does_not() {
    String why = "batch 1 of 2 was not well for 10 s";
    Plan failed =
        gated().atGate(LATER).waiting(LATER, Optional.empty()).gateEnded(LATER, Optional.of(why));
    show(TaskResult.opened(failed), ended("app-1", Outcome.success()));
    assertThat(said()).anyMatch(line -> line.endsWith("gate failed in 0.0 s (" + why + ")"));
    out.reset();
    Outcome unwell = Outcome.error(Reason.UNHEALTHY, why);
    PlainLines others = new PlainLines(new PrintStream(out, true, StandardCharsets.UTF_8));
    TaskView view =
        TaskView.of(TaskResult.ended(failed, LATER, unwell), Optional.of("app"), List.of());
    EventResult running = EventResult.started(event, Records.NOON);
    others.show(new EventView(EventSummary.of(running), List.of(view)));
    assertThat(said()).anyMatch(line -> line.endsWith("gate failed in 0.0 s"));
  }

  @Test
  void a_node_that_never_took_the_task_has_not_begun_it() {
    Plan plan = Records.plan("e1", 1).open(Records.NOON, List.of("app-1"));
    Claim untaken = Claim.untaken("e1", 0, "app-1", Records.NOON);
    show(
        TaskResult.opened(plan),
        NodeResult.of(untaken.ended(LATER, Outcome.error(Reason.UNREACHABLE, "no agent"))));
    assertThat(said())
        .contains("task 0 task-0 on app-1: error (no agent)")
        .noneMatch(line -> line.contains("inprogress"));
  }

  @Test
  void a_reason_is_said_once_also_with_more_behind_it() {
    Plan plan = Records.plan("e1", 1).open(Records.NOON, List.of("app-1"));
    Outcome broke = Outcome.error(Reason.FAILED, "it broke");
    Outcome task = Outcome.error(Reason.FAILED, "on app-1: it broke; stopped after batch 1 of 2");
    Outcome whole =
        Outcome.error(
            Reason.FAILED,
            "task 0 task-0 on app-1: it broke; stopped after batch 1 of 2; undone: task 0");
    TaskView view =
        TaskView.of(
            TaskResult.ended(plan, LATER, task),
            Optional.of("app"),
            List.of(ended("app-1", broke)));
    EventResult end = EventResult.ended(event, Records.NOON, LATER, whole);
    lines.show(new EventView(EventSummary.of(end), List.of(view)));
    assertThat(said())
        .endsWith(
            "task 0 task-0 on app-1: error in 4.0 s (it broke)",
            "task 0 task-0: error in 4.0 s (on app-1; stopped after batch 1 of 2)",
            "event deploy: error in 4.0 s (task 0 task-0 on app-1; stopped after batch 1 of 2;"
                + " undone: task 0)");
  }
}
