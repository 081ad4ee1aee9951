package dev.metronome.cli.picture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.model.record.Batching;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.HealthGate;
import dev.metronome.model.record.LeftOut;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Status;
import dev.metronome.model.record.TaskResult;
import dev.metronome.state.EventSummary;
import dev.metronome.state.EventView;
import dev.metronome.state.State;
import dev.metronome.state.TaskView;
import dev.metronome.testing.Records;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What stays on a terminal of an event that was followed. */
class LivePictureTest {

  @Test
  void a_note_stands_below_and_never_makes_the_picture_higher_than_the_screen() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Screen screen = new Screen(30, 2, Screen.Ink.PLAIN, Screen.Letters.ASCII);
    LivePicture picture =
        new LivePicture(new PrintStream(out, true, StandardCharsets.UTF_8), screen);
    picture.note(Optional.of("no agent is running, and this is too long for the screen"));
    picture.show(EventView.of(Records.event("e1")));
    assertThat(out.toString(StandardCharsets.UTF_8).lines())
        .hasSizeLessThanOrEqualTo(3)
        .anyMatch(line -> line.startsWith("no agent is running"))
        .allMatch(line -> line.replaceAll("\u001b\\[[0-9]*[KJA]", "").length() <= 30);
  }

  @Test
  void an_event_that_has_ended_took_its_own_time_whenever_it_is_looked_at() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Screen screen = new Screen(60, 24, Screen.Ink.PLAIN, Screen.Letters.ASCII);
    EventResult result =
        EventResult.ended(
            Records.event("e1"), Records.NOON, Records.NOON.plusSeconds(83), Outcome.success());
    new LivePicture(new PrintStream(out, true, StandardCharsets.UTF_8), screen)
        .show(new EventView(EventSummary.of(result), List.of()));
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("+ success  1 min 23 s");
  }

  private static String shown(TaskResult first, TaskView second, EventResult result) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    Screen screen = new Screen(60, 24, Screen.Ink.PLAIN, Screen.Letters.ASCII);
    TaskView opened = TaskView.of(first, Optional.empty(), List.of());
    EventView event = new EventView(EventSummary.of(result), List.of(opened, second));
    new LivePicture(stream, screen).show(event);
    new PlainLines(stream).show(event);
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void one_node_is_not_told_as_several() {
    Plan plan = Records.plan("e1", 2);
    List<String> many = IntStream.range(0, 40).mapToObj(no -> "node-" + no).toList();
    TaskResult second =
        TaskResult.opened(plan.next(Status.SUCCESS).open(Records.NOON, List.of("n1")));
    String shown =
        shown(
            TaskResult.opened(plan.open(Records.NOON, many)),
            TaskView.of(second, Optional.empty(), List.of()),
            EventResult.started(Records.event("e1"), Records.NOON));
    assertThat(shown).contains("0 of 40 nodes", "0 of 1 node").doesNotContain("1 nodes");
  }

  @Test
  void a_task_that_was_dropped_does_not_seem_to_be_awaited() {
    Outcome how = Outcome.error(Reason.FAILED, "it broke");
    String shown =
        shown(
            TaskResult.ended(Records.plan("e1", 2), Records.NOON, how),
            TaskView.of(Records.task(1, "next"), State.DROPPED),
            EventResult.ended(Records.event("e1"), Records.NOON, Records.NOON, how));
    assertThat(shown)
        .contains("1 next    - dropped", "0 of 2 tasks  1 failed")
        .doesNotContain("waiting");
  }

  @Test
  void what_a_task_waits_for_at_its_gate_stands_below_it() {
    PlannedTask task = Records.task(0, "install");
    Batching gate =
        new Batching(
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(new HealthGate(10, 300, Optional.empty())));
    Plan plan =
        Plan.of(
                Records.event("e1"),
                Records.NOON,
                "",
                List.of(
                    new PlannedTask(
                        0, task.pattern(), task.task(), task.nodes(), task.rollout(), gate)))
            .open(Records.NOON, List.of("n1"))
            .atGate(Records.NOON)
            .waiting(Records.NOON, Optional.of("n1: check `http` critical"));
    String shown =
        shown(
            TaskResult.opened(plan),
            TaskView.of(Records.task(1, "next"), State.WAITING),
            EventResult.started(plan.event(), Records.NOON));
    assertThat(shown)
        .containsSubsequence("waiting for n1: check `http` critical for ", "0 of 2 tasks")
        .contains("task 0 install: waiting for n1: check `http` critical for ");
  }

  @Test
  void who_was_left_out_has_no_place_in_it() {
    Plan plan =
        Records.plan("e1", 2)
            .open(Records.NOON, List.of("n1"), LeftOut.all(List.of("gone"), LeftOut.NO_AGENT));
    String shown =
        shown(
            TaskResult.opened(plan),
            TaskView.of(Records.task(1, "next"), State.WAITING),
            EventResult.started(plan.event(), Records.NOON));
    assertThat(shown)
        .contains("o assigned", ". waiting for every node", "task 0 task-0: opened for n1")
        .doesNotContain("gone");
  }
}
