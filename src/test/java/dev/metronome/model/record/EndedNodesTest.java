package dev.metronome.model.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metronome.model.record.EndedNodes.Alike;
import dev.metronome.testing.Records;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EndedNodesTest {

  private static final Outcome ERROR = Outcome.error(Reason.FAILED, "exit status 1");
  private static final Outcome LATE = Outcome.timeout("late");
  private static final Outcome SKIPPED = Outcome.skip(Reason.UNREACHABLE, "left out");

  private static EndedNodes and(EndedNodes before, Map<String, Outcome> ends, String... untaken) {
    return before.and(
        ends.keySet().stream().sorted().toList(),
        ends::get,
        node -> !List.of(untaken).contains(node));
  }

  @Test
  void they_are_summed_up_batch_by_batch_as_if_it_were_one() {
    Map<String, Outcome> first = Map.of("d", LATE, "e", ERROR, "f", Outcome.success());
    Map<String, Outcome> second = Map.of("a", LATE, "b", SKIPPED, "c", ERROR);
    EndedNodes both = and(and(EndedNodes.NONE, first), second, "b", "c");

    assertThat(both)
        .isEqualTo(
            new EndedNodes(
                6,
                Optional.of("c"),
                Optional.of(ERROR),
                List.of(
                    new Alike(Status.TIMEOUT, true, List.of("d", "a")),
                    new Alike(Status.ERROR, true, List.of("e")),
                    new Alike(Status.SKIP, false, List.of("b")),
                    new Alike(Status.ERROR, false, List.of("c")))));
    assertThat(both.failures()).isEqualTo(4);
    assertThat(both.skipped()).containsExactly("b");
    assertThat(both.untaken()).containsExactlyInAnyOrder("b", "c");
    assertThat(both.statuses(List.of("a", "b", "f")))
        .isEqualTo(Map.of("a", Status.TIMEOUT, "b", Status.SKIP, "f", Status.SUCCESS));
  }

  @Test
  void an_error_is_worse_than_a_timeout_and_the_first_by_name_says_how_it_was() {
    EndedNodes late = and(EndedNodes.NONE, Map.of("a", LATE));
    assertThat(late.worst()).hasValue("a");
    assertThat(and(late, Map.of("z", ERROR)).worst()).hasValue("z");
    assertThat(and(and(late, Map.of("z", ERROR)), Map.of("m", ERROR)).worst()).hasValue("m");
  }

  @Test
  void where_all_went_well_there_is_only_their_number() {
    Plan plan =
        Records.plan("e1", 2)
            .openInBatches(Records.NOON, List.of(List.of("a"), List.of("b")), List.of())
            .openBatch(Records.NOON, and(EndedNodes.NONE, Map.of("a", Outcome.success())));

    assertThat(Json.fields(plan)).containsEntry("Ended", Map.of("Nodes", 1));
    assertThat(Json.read("k", Json.write(plan), Plan.class)).isEqualTo(plan);
    assertThat(plan.next(Status.SUCCESS).ended()).isEqualTo(EndedNodes.NONE);
  }

  @Test
  void a_plan_of_which_more_have_ended_than_there_are_is_unreadable() {
    Plan plan = Records.plan("e1", 1).open(Records.NOON, List.of("a"));
    String text = Json.text(plan).replaceFirst("\\}$", ",\"Ended\":{\"Nodes\":2}}");

    assertThatThrownBy(() -> Json.read("k", text.getBytes(StandardCharsets.UTF_8), Plan.class))
        .isInstanceOf(UnreadableRecordException.class);
  }
}
