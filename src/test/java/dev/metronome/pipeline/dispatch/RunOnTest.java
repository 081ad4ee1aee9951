package dev.metronome.pipeline.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.model.record.LeftOut;
import dev.metronome.model.record.NodeSelector;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Rollout;
import dev.metronome.model.record.Share;
import dev.metronome.pipeline.dispatch.Candidate.Condition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Which of its nodes a task with {@code run_on} runs on. */
class RunOnTest {

  private static PlannedTask task(String share) {
    return new PlannedTask(
        0,
        "web",
        "migrate",
        new NodeSelector(
            Optional.of("db"),
            Optional.empty(),
            Optional.empty(),
            Share.read(share),
            Optional.empty()),
        new Rollout(true, false, false, 1));
  }

  private static Candidate node(String name, Condition condition, boolean healthy) {
    return Candidate.of(name, Map.of(), condition, healthy);
  }

  private static Candidate ready(String name) {
    return node(name, Condition.READY, true);
  }

  private static Selection selection(String share, Candidate... candidates) {
    return Selection.ofWanted(task(share), List.of(), Optional.empty(), List.of(candidates));
  }

  @Test
  void the_healthy_come_first_then_by_name_and_the_others_are_left_out_by_name() {
    Selection two =
        selection(
            "2",
            node("a", Condition.READY, false),
            ready("d"),
            ready("c"),
            node("b", Condition.WITHOUT_AGENT, true));
    assertThat(two.targets()).containsExactly("c", "d");
    assertThat(two.leftOut())
        .containsExactly(
            new LeftOut("a", LeftOut.NOT_CHOSEN), new LeftOut("b", LeftOut.NOT_CHOSEN));
    assertThat(selection("3", two.candidates().toArray(Candidate[]::new)).targets()).hasSize(2);
  }

  @Test
  void one_that_has_failed_is_in_the_way_only_if_there_are_not_enough_others() {
    Selection one = selection("1", node("a", Condition.FAILED, false), ready("b"));
    assertThat(one.opens()).isTrue();
    assertThat(one.targets()).containsExactly("b");
    assertThat(selection("2", node("a", Condition.FAILED, false), ready("b")).blocks()).isTrue();
  }

  @Test
  void a_percentage_is_of_all_of_them_rounded_down_but_at_least_one() {
    Candidate[] seven =
        List.of("a", "b", "c", "d", "e", "f", "g").stream()
            .map(RunOnTest::ready)
            .toArray(Candidate[]::new);
    assertThat(selection("30%", seven).targets()).containsExactly("a", "b");
    assertThat(selection("1%", seven).targets()).containsExactly("a");
    assertThat(selection("100%", seven).targets()).hasSize(7);
    assertThat(selection("50", seven).targets()).hasSize(7);
  }

  @Test
  void a_retry_runs_on_the_nodes_that_were_chosen_before() {
    Selection again =
        Selection.ofWanted(
            task("1"),
            List.of("b", "c"),
            Optional.empty(),
            List.of(ready("a"), ready("b"), ready("c")).stream()
                .map(each -> each.judged(task("1"), List.of("b", "c"), Optional.empty()))
                .toList());
    assertThat(again.targets()).containsExactly("b", "c");
    assertThat(again.leftOut()).containsExactly(new LeftOut("a", LeftOut.NOT_AGAIN));
  }

  @Test
  void a_route_chooses_first() {
    Selection selection =
        new Selection(
            task("1"),
            List.of(),
            Optional.empty(),
            List.of(ready("a"), ready("b").select(), ready("c")));
    assertThat(selection.targets()).containsExactly("b");
    assertThat(selection.leftOut())
        .containsExactly(
            new LeftOut("a", LeftOut.NOT_SELECTED), new LeftOut("c", LeftOut.NOT_SELECTED));
  }

  /** By a model that knows nothing of how it is done. */
  @Test
  void never_more_than_it_says_and_never_a_sick_one_before_a_healthy_one() {
    Random random = new Random(20261129);
    List<Condition> conditions = List.of(Condition.values());
    for (int round = 0; round < 500; round++) {
      List<Candidate> nodes = new ArrayList<>();
      int size = 1 + random.nextInt(12);
      for (int node = 0; node < size; node++) {
        Condition condition = conditions.get(random.nextInt(conditions.size()));
        nodes.add(
            node("n" + node, condition, condition == Condition.READY && random.nextBoolean()));
      }
      Collections.shuffle(nodes, random);
      int number = 1 + random.nextInt(100);
      boolean percent = random.nextBoolean();
      int most = percent ? Math.max(1, size * number / 100) : Math.min(number, size);
      Selection selection =
          selection(number + (percent ? "%" : ""), nodes.toArray(Candidate[]::new));
      List<String> chosen = new ArrayList<>(selection.targets());
      chosen.addAll(selection.failed());
      assertThat(chosen).as("%s of %s", number, nodes).hasSize(most);
      long healthy = nodes.stream().filter(Candidate::healthy).count();
      assertThat(
              nodes.stream()
                  .filter(each -> chosen.contains(each.name()))
                  .filter(Candidate::healthy))
          .hasSize((int) Math.min(healthy, most));
      assertThat(selection.leftOut()).hasSize(size - most);
    }
  }
}
