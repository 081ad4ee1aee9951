package dev.metronome.model.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** That a plan keeps its form in Consul: agents of other versions read it. */
class PlanRecordTest {

  private static final String STANDING =
      """
      {"Format": 4,
       "Event": {"Format": 1, "ID": "e1", "Name": "deploy", "Params": {},
                 "AcceptedAt": "2026-11-29T12:00:00Z", "Source": "cli"},
       "StartedAt": "2026-11-29T12:00:01Z",
       "Digest": "d",
       "Tasks": [
         {"No": 0, "Pattern": "web", "Task": "install", "Skippable": false, "SkipUnreachable": false,
          "Retryable": false, "MaxAttempts": 1, "Serial": ["1", "2"],
          "Health": {"ForSeconds": 10, "WithinSeconds": 300}},
         {"No": 1, "Pattern": "web", "Task": "install", "Part": "undo", "Undoes": 0,
          "Skippable": false, "SkipUnreachable": false, "Retryable": false, "MaxAttempts": 1}],
       "Current": 0,
       "OpenedAt": "2026-11-29T12:00:02Z",
       "Targets": ["a", "b"],
       "Batch": {"No": 2, "Of": 3, "Sizes": [1, 1], "OpenedAt": "2026-11-29T12:00:03Z"},
       "Later": [["c"]],
       "Succeeded": true,
       "Cancelled": {"By": "ops", "At": "2026-11-29T12:00:04Z"},
       "Traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
       "Epoch": 7,
       "LeftOut": [{"Node": "d", "Why": "no agent"}],
       "LeftOutBefore": ["task 0 x: 1 of 2"],
       "Taken": [{"Of": [0], "Batches": [["a"], ["b"]]}],
       "Ending": {"Outcome": {"Status": "error"}, "Undone": [0],
                  "Stage": {"Current": 0, "Targets": ["a"], "Succeeded": false, "Epoch": 6}},
       "Gate": {"Failed": [1], "Why": "not well",
                "Waiting": {"Until": "2026-11-29T12:05:00Z", "Since": "2026-11-29T12:00:05Z"}},
       "Ended": {"Nodes": 1, "Worst": "a", "Outcome": {"Status": "timeout"},
                 "Unsuccessful": [{"Status": "timeout", "Taken": true, "Nodes": ["a"]}]},
       "FailedBefore": {"No": 0, "Outcome": {"Status": "timeout"}}}
      """;

  private static Plan read(String text) {
    return Json.read("k", text.getBytes(StandardCharsets.UTF_8), Plan.class);
  }

  @Test
  void all_that_stands_in_it_is_read_and_written_as_it_was() throws Exception {
    assertThat(Json.mapper().readTree(Json.write(read(STANDING))))
        .isEqualTo(Json.mapper().readTree(STANDING));
  }

  @Test
  void what_moves_stands_beside_what_stays() {
    Plan plan = read(STANDING);

    assertThat(plan.targets()).containsExactly("a", "b");
    assertThat(plan.awaited()).containsExactly("b");
    assertThat(plan.notReached()).containsExactly("c");
    assertThat(plan.epoch()).isEqualTo(7);
    assertThat(plan.atOrderedEnd().targets()).containsExactly("a");
    assertThat(plan.next(Status.SUCCESS).stage())
        .returns(1, Stage::current)
        .returns(Opening.NONE, Stage::opening)
        .returns(plan.ending(), Stage::ending)
        .returns(plan.cancelled(), Stage::cancelled)
        .returns(Optional.of(7L), Stage::epoch);
    assertThat(plan.next(Status.SUCCESS).undoAhead()).isEmpty();
    assertThat(plan.toUndo()).isEqualTo(List.of());
  }
}
