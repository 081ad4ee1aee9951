package dev.metronome.cli.picture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.model.record.Claim;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.EventResult;
import dev.metronome.model.record.Limit;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Plan;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.TaskResult;
import dev.metronome.state.EventSummary;
import dev.metronome.state.EventView;
import dev.metronome.state.State;
import dev.metronome.state.TaskView;
import dev.metronome.testing.Records;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What stands on a terminal of a given size. */
class FullScreenTest {
  private static final String WHY =
      "operation 1 (execute): the script ended with exit code 127 and a long story of how it came to it";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private List<String> drawn(int width, int height, EventView event, FullScreen.Tail... tails) {
    out.reset();
    Screen screen = new Screen(width, height, Screen.Ink.PLAIN, Screen.Letters.ASCII);
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    try (FullScreen full =
        new FullScreen(stream, () -> screen, Clock.fixed(Records.NOON, ZoneOffset.UTC))) {
      full.hear(List.of(tails));
      full.show(event);
    }
    String frame = out.toString(StandardCharsets.UTF_8).split("\u001b\\[H", -1)[1];
    return frame.replaceAll("\u001b\\[[0-9;?]*[A-Za-z]", "").lines().toList();
  }

  private static EventView failed(int nodes) {
    Outcome outcome = Outcome.error(Reason.FAILED, WHY);
    List<NodeResult> results = new ArrayList<>();
    IntStream.range(0, nodes)
        .forEach(
            i -> {
              Claim claim =
                  Claim.running(Records.assignment("e1", 0), "n" + i, "x", 1, Records.NOON);
              results.add(NodeResult.of(claim.ended(Records.NOON, outcome)));
            });
    TaskResult task = TaskResult.ended(Records.plan("e1", 1), Records.NOON, outcome);
    EventResult event = EventResult.ended(Records.event("e1"), Records.NOON, Records.NOON, outcome);
    return new EventView(
        EventSummary.of(event), List.of(TaskView.of(task, Optional.of("every node"), results)));
  }

  @Test
  void a_long_reason_goes_on_in_the_next_line() {
    List<String> lines = drawn(60, 24, failed(1));
    assertThat(lines).allMatch(line -> line.length() < 60);
    assertThat(String.join(" ", lines)).contains("0 task-0 on n0: " + WHY);
  }

  @Test
  void however_much_has_failed_the_tasks_stay_in_sight_and_nothing_runs_off_the_screen() {
    List<String> lines = drawn(80, 20, failed(200));
    assertThat(lines).hasSizeLessThanOrEqualTo(20);
    assertThat(lines.get(0)).startsWith("event e1 deploy by root@host");
    assertThat(lines).anyMatch(line -> line.startsWith("0 task-0") && line.contains("200 failed"));
    assertThat(lines).anyMatch(line -> line.contains("0 task-0 on n0: operation 1"));
  }

  @Test
  void a_task_that_failed_on_no_node_says_why_while_the_event_goes_on() {
    Plan plan = Records.plan("e1", 2).open(Records.NOON, List.of("n1"));
    Outcome unwell = Outcome.error(Reason.UNHEALTHY, "batch 1 of 3 was not well for 3 s");
    TaskView task =
        TaskView.of(
            TaskResult.ended(plan, Records.NOON, unwell), Optional.of("every node"), List.of());
    EventView event =
        new EventView(
            EventSummary.of(EventResult.started(plan.event(), Records.NOON)), List.of(task));
    assertThat(drawn(80, 20, event)).contains("0 task-0: batch 1 of 3 was not well for 3 s");
  }

  @Test
  void a_failed_task_is_not_counted_as_done() {
    assertThat(drawn(80, 20, failed(1))).anyMatch(line -> line.contains("0 of 1 tasks  1 failed"));
  }

  @Test
  void what_is_beside_the_event_stands_at_the_bottom_and_why_it_does_not_move_below_its_title() {
    Screen screen = new Screen(80, 20, Screen.Ink.PLAIN, Screen.Letters.ASCII);
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    try (FullScreen full = new FullScreen(stream, () -> screen, Clock.systemUTC())) {
      full.beside(
          List.of(
              new FullScreen.Row(State.QUEUED, "deploy e2"),
              new FullScreen.Row(State.ERROR, "sweep e0; metronome show e0")));
      full.note(Optional.of("nobody leads now"));
      full.show(running(1, 1));
    }
    List<String> lines =
        out.toString(StandardCharsets.UTF_8)
            .replaceAll("\u001b\\[[0-9;?]*[A-Za-z]", "")
            .lines()
            .toList();
    assertThat(lines)
        .hasSize(20)
        .containsSubsequence("nobody leads now", ". queued      deploy e2")
        .endsWith("x error       sweep e0; metronome show e0");
    assertThat(lines.get(0)).startsWith("event e1 deploy by root@host");
  }

  @Test
  void while_it_runs_it_is_said_how_long_it_usually_takes() {
    Screen screen = new Screen(80, 20, Screen.Ink.PLAIN, Screen.Letters.ASCII);
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    Clock noon = Clock.fixed(Records.NOON, ZoneOffset.UTC);
    try (FullScreen full = new FullScreen(stream, () -> screen, noon)) {
      full.usually(Optional.of(Duration.ofSeconds(130)));
      full.show(running(1, 1));
      assertThat(out.toString(StandardCharsets.UTF_8))
          .contains("inprogress  0.0 s  (usually 2 min 10 s)");
      out.reset();
      full.show(failed(1));
      assertThat(out.toString(StandardCharsets.UTF_8)).doesNotContain("usually");
    }
  }

  @Test
  void its_title_says_what_the_event_came_with() {
    Event given =
        Event.of("e1", "deploy", Map.of("version", "2"), Records.NOON, "fire", "root@host")
            .limited(Optional.of(Limit.of("app-1")));
    EventView view =
        new EventView(EventSummary.of(EventResult.started(given, Records.NOON)), List.of());
    assertThat(drawn(80, 20, view).get(0))
        .isEqualTo("event e1 deploy with version=2; limit app-1 by root@host");
  }

  private static EventView running(int tasks, int nodes) {
    List<NodeResult> results =
        IntStream.range(0, nodes)
            .mapToObj(
                i ->
                    NodeResult.of(
                        Claim.running(Records.assignment("e1", 0), "n" + i, "x", 1, Records.NOON)))
            .toList();
    TaskResult task = TaskResult.opened(Records.plan("e1", 1));
    List<TaskView> views = new ArrayList<>();
    views.add(TaskView.of(task, Optional.of("every node"), results));
    IntStream.range(1, tasks)
        .forEach(i -> views.add(TaskView.of(Records.task(i, "task-" + i), State.WAITING)));
    return new EventView(
        EventSummary.of(EventResult.started(Records.event("e1"), Records.NOON)), views);
  }

  private static FullScreen.Tail tail(String node, String... lines) {
    return new FullScreen.Tail(0, "task-0", node, List.of(lines));
  }

  @Test
  void what_runs_says_its_last_lines_below() {
    List<String> lines =
        drawn(60, 14, running(3, 2), tail("n0", "one", "two"), tail("n1", "three"));
    assertThat(lines)
        .containsSubsequence("> 0 task-0 on n0", "  one", "  two", "> 0 task-0 on n1", "  three");
    assertThat(drawn(60, 12, failed(1), tail("n0", "one"))).noneMatch(it -> it.contains("one"));
  }

  @Test
  void whatever_it_says_stays_within_its_line_and_is_not_obeyed() {
    String evil = "\u001b[2J\u0007 red\ttab " + "x".repeat(500);
    List<String> lines =
        drawn(
            40,
            24,
            running(1, 2),
            tail("n0", evil, "漢字".repeat(60)),
            tail("n1", "\ud83d\ude80".repeat(60)));
    assertThat(lines).allMatch(line -> Columns.width(line) < 40);
    assertThat(lines)
        .anyMatch(line -> line.startsWith("  \\u001b[2J\\u0007 red"))
        .contains("  " + "漢字".repeat(9), "  " + "\ud83d\ude80".repeat(18));
    assertThat(out.toString(StandardCharsets.UTF_8)).doesNotContain("\u001b[2J", "\u0007", "\t");
  }

  @Test
  void with_many_tasks_and_nodes_each_that_is_shown_has_a_line_and_the_tasks_stay_in_sight() {
    FullScreen.Tail[] tails =
        IntStream.range(0, 6)
            .mapToObj(i -> tail("n" + i, "early " + i, "late " + i))
            .toArray(FullScreen.Tail[]::new);
    List<String> lines = drawn(80, 20, running(40, 200), tails);
    assertThat(lines).hasSizeLessThanOrEqualTo(20);
    assertThat(lines).anyMatch(line -> line.startsWith("0 task-0"));
    assertThat(lines).contains("  late 0", "  late 1", "  late 2").contains("> 0 task-0 on n2");
    assertThat(drawn(80, 10, running(40, 2), tails)).hasSizeLessThanOrEqualTo(10);
  }
}
