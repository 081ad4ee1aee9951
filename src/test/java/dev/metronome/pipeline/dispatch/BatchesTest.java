package dev.metronome.pipeline.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.model.record.Batching;
import dev.metronome.model.record.Batching.Order;
import dev.metronome.model.record.Share;
import dev.metronome.pipeline.dispatch.Candidate.Condition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How the nodes of a task are divided. */
class BatchesTest {

  static Batching batching(String spread, String maxFailures, String... serial) {
    return new Batching(
        Arrays.stream(serial).map(size -> Share.read(size).orElseThrow()).toList(),
        Optional.empty(),
        Optional.ofNullable(spread),
        Optional.ofNullable(maxFailures).flatMap(Share::read));
  }

  private static Candidate node(int no, String rack) {
    Map<String, String> meta = rack == null ? Map.of() : Map.of("rack", rack);
    return Candidate.of("n%02d".formatted(no), meta, Condition.READY, true);
  }

  private static List<Candidate> nodes(int number) {
    return IntStream.range(0, number).mapToObj(no -> node(no, null)).toList();
  }

  private static List<Integer> sizes(List<List<String>> batches) {
    return batches.stream().map(List::size).toList();
  }

  @Test
  void a_percentage_is_of_all_nodes_not_of_those_with_one_value_of_the_key() {
    List<Candidate> nodes =
        IntStream.range(0, 8).mapToObj(no -> node(no, no < 4 ? "r1" : "r2")).toList();
    assertThat(sizes(Batches.of(batching("rack", null, "50%"), nodes, "e1"))).containsExactly(4, 4);
  }

  @Test
  void the_last_size_repeats_and_a_percentage_is_of_all_of_them() {
    assertThat(sizes(Batches.of(batching(null, null, "1", "25%"), nodes(10), "e")))
        .containsExactly(1, 2, 2, 2, 2, 1);
    assertThat(sizes(Batches.of(batching(null, null, "1%"), nodes(3), "e")))
        .containsExactly(1, 1, 1);
    assertThat(sizes(Batches.of(batching(null, null, "50"), nodes(3), "e"))).containsExactly(3);
  }

  @Test
  void by_name_unless_they_are_shuffled_and_then_the_same_way_for_an_event() {
    List<Candidate> nodes = new ArrayList<>(nodes(9));
    java.util.Collections.reverse(nodes);
    assertThat(Batches.of(batching(null, null, "100%"), nodes, "e").get(0)).isSorted();
    Batching shuffled =
        new Batching(
            List.of(new Share(9, false)),
            Optional.of(Order.SHUFFLE),
            Optional.empty(),
            Optional.empty());
    assertThat(Batches.of(shuffled, nodes, "e1"))
        .isEqualTo(Batches.of(shuffled, nodes(9), "e1"))
        .isNotEqualTo(Batches.of(shuffled, nodes, "e2"));
  }

  @Test
  void a_batch_never_spans_two_racks() {
    List<Candidate> nodes =
        List.of(node(1, "r1"), node(2, "r2"), node(3, "r1"), node(4, null), node(5, "r1"));
    assertThat(Batches.of(batching("rack", null, "2"), nodes, "e"))
        .containsExactly(List.of("n01", "n03"), List.of("n05"), List.of("n02"), List.of("n04"));
    assertThat(Batches.of(batching("rack", null), nodes, "e"))
        .containsExactly(List.of("n01", "n03", "n05"), List.of("n02"), List.of("n04"));
  }

  @Test
  void failures_that_are_allowed_are_of_all_nodes_rounded_down() {
    assertThat(batching(null, null, "1").failures(40)).isZero();
    assertThat(batching(null, "3", "1").failures(40)).isEqualTo(3);
    assertThat(batching(null, "10%", "1").failures(39)).isEqualTo(3);
    assertThat(batching(null, "10%", "1").failures(9)).isZero();
    assertThat(batching(null, "100%", "1").failures(9)).isEqualTo(9);
  }

  /** By a model that knows nothing of how it is done. */
  @Test
  void every_node_is_in_one_batch_and_none_is_too_large() {
    Random random = new Random(20261129);
    for (int round = 0; round < 1_000; round++) {
      int number = 1 + random.nextInt(40);
      List<Candidate> nodes = new ArrayList<>();
      for (int no = 0; no < number; no++) {
        nodes.add(node(no, "r" + random.nextInt(4)));
      }
      Map<String, String> racks =
          nodes.stream().collect(Collectors.toMap(Candidate::name, it -> it.meta().get("rack")));
      String[] serial = new String[1 + random.nextInt(3)];
      Arrays.setAll(serial, i -> (1 + random.nextInt(100)) + (random.nextBoolean() ? "%" : ""));
      boolean spread = random.nextBoolean();
      List<List<String>> batches =
          Batches.of(batching(spread ? "rack" : null, null, serial), nodes, "e" + round);
      List<String> all = batches.stream().flatMap(List::stream).toList();
      assertThat(all).doesNotHaveDuplicates().hasSize(number);
      for (int batch = 0; batch < batches.size(); batch++) {
        String size = serial[Math.min(batch, serial.length - 1)];
        int most =
            size.endsWith("%")
                ? Math.max(1, number * Integer.parseInt(size.replace("%", "")) / 100)
                : Integer.parseInt(size);
        assertThat(batches.get(batch)).hasSizeBetween(1, most);
        if (spread) {
          assertThat(new HashSet<>(batches.get(batch).stream().map(racks::get).toList()))
              .hasSize(1);
        }
      }
    }
  }
}
