package dev.metronome.model.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.testing.Records;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Nodes that are dead for good stay in a catalog by the hundred; a record stays small. */
class LeftOutNamesTest {

  private static List<LeftOut> nodes(int count, String why) {
    return LeftOut.all(IntStream.range(0, count).mapToObj(no -> "n" + no).toList(), why);
  }

  @Test
  void as_many_as_a_record_names_stand_there_and_how_many_more() {
    List<LeftOut> out = new ArrayList<>(nodes(1_000, LeftOut.NO_AGENT));
    out.add(new LeftOut("db", LeftOut.FAILED));
    Plan plan = Records.plan("e1", 1).open(Records.NOON, List.of("a", "b"), out);

    assertThat(plan.leftOut()).hasSize(LeftOut.MOST + 1).contains(new LeftOut("db", "node failed"));
    assertThat(LeftOut.bounded(plan.leftOut())).isEqualTo(plan.leftOut());
    assertThat(Json.write(plan)).hasSizeLessThan(6_000);
    Plan read = Json.read("key", Json.write(plan), Plan.class);
    assertThat(TaskResult.opened(read).coverage())
        .contains(
            "2 of 1003; n0, n1, n2, n3, n4 and 995 more left out: no agent;"
                + " db left out: node failed");
  }

  @Test
  void targets_that_did_not_take_it_are_no_nodes_that_ran_it() {
    List<String> targets = IntStream.range(0, 150).mapToObj(no -> "n" + no).toList();
    Plan plan = Records.plan("e1", 1).open(Records.NOON, targets);
    TaskResult ended =
        TaskResult.ended(plan, Records.NOON, Outcome.success(), nodes(140, LeftOut.NOT_TAKEN));

    assertThat(ended.coverage().orElseThrow()).startsWith("10 of 150; n0, ").contains("135 more");
  }
}
