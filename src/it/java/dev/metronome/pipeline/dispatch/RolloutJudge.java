package dev.metronome.pipeline.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.model.record.LeftOut;
import dev.metronome.model.record.NodeResult;
import dev.metronome.model.record.Share;
import dev.metronome.model.record.Status;
import dev.metronome.model.record.TaskResult;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What a task in batches must come to, whatever dies meanwhile: a model that knows nothing of how
 * it is done. It hears of each operation when it begins and when it is over, as scripts would
 * write.
 */
final class RolloutJudge {

  private final List<List<String>> batches;
  private final int mayFail;
  private final Supplier<Map<String, NodeResult>> results;
  private final Set<String> begun = new HashSet<>();
  private final Set<String> atWork = new HashSet<>();
  private int newest = -1;

  /**
   * @param nodes in their order
   * @param results how the task stands on its nodes, as it is recorded
   */
  RolloutJudge(
      List<String> nodes,
      List<Share> serial,
      Share mayFail,
      Supplier<Map<String, NodeResult>> results) {
    this.batches = divided(nodes, serial);
    this.mayFail = number(mayFail, nodes.size(), 0);
    this.results = results;
  }

  private static int number(Share share, int all, int least) {
    return share.percent() ? Math.max(least, all * share.number() / 100) : share.number();
  }

  private static List<List<String>> divided(List<String> nodes, List<Share> serial) {
    List<List<String>> batches = new ArrayList<>();
    int from = 0;
    while (from < nodes.size()) {
      Share share = serial.get(Math.min(batches.size(), serial.size() - 1));
      int to = Math.min(nodes.size(), from + number(share, nodes.size(), 1));
      batches.add(nodes.subList(from, to));
      from = to;
    }
    return batches;
  }

  private int batchOf(String node) {
    for (int at = 0; at < batches.size(); at++) {
      if (batches.get(at).contains(node)) {
        return at;
      }
    }
    throw new AssertionError(node + " is not for the task");
  }

  void begun(String node) {
    int batch = batchOf(node);
    assertThat(begun.add(node)).as("%s runs it once", node).isTrue();
    assertThat(batches.get(batch)).as("at work beside %s", node).containsAll(atWork);
    assertThat(batch).as("the batch of %s", node).isGreaterThanOrEqualTo(newest);
    if (batch > newest) {
      opened(batch);
    }
    atWork.add(node);
  }

  private void opened(int batch) {
    Map<String, NodeResult> recorded = results.get();
    List<String> before = batches.subList(0, batch).stream().flatMap(List::stream).toList();
    assertThat(before)
        .as("have all ended when batch %s opens", batch)
        .allMatch(node -> recorded.containsKey(node) && recorded.get(node).status().isFinal());
    assertThat(failed(before, recorded))
        .as("failed when batch %s opens", batch)
        .hasSizeLessThanOrEqualTo(mayFail);
    newest = batch;
  }

  private static List<String> failed(List<String> nodes, Map<String, NodeResult> recorded) {
    return nodes.stream().filter(node -> recorded.get(node).status() != Status.SUCCESS).toList();
  }

  /** It has ended there, or its process has died. */
  void over(String node) {
    atWork.remove(node);
  }

  /** The next task begins. */
  void followed() {
    assertThat(atWork).as("at work when the next task begins").isEmpty();
    Map<String, NodeResult> recorded = results.get();
    List<String> all = batches.stream().flatMap(List::stream).toList();
    assertThat(recorded.keySet()).containsAll(all);
    assertThat(failed(all, recorded)).as("failed when the next task begins").isEmpty();
  }

  /** The event has ended; whether it is as good as the task is said by what came after it. */
  void ended(TaskResult task, Status event) {
    Map<String, NodeResult> recorded = results.get();
    List<String> opened = new ArrayList<>();
    List<String> others = new ArrayList<>();
    for (List<String> batch : batches) {
      boolean isOpen = others.isEmpty() && recorded.keySet().containsAll(batch);
      if (isOpen) {
        assertThat(failed(opened, recorded)).hasSizeLessThanOrEqualTo(mayFail);
      }
      (isOpen ? opened : others).addAll(batch);
    }
    assertThat(recorded.values()).allMatch(result -> result.status().isFinal());
    assertThat(recorded.keySet()).containsExactlyInAnyOrderElementsOf(opened);
    assertThat(task.targets()).containsExactlyElementsOf(opened).containsAll(begun);
    assertThat(task.leftOut()).extracting(LeftOut::node).containsExactlyElementsOf(others);
    List<String> failed = failed(opened, recorded);
    if (!others.isEmpty()) {
      assertThat(failed).as("failed, for which others were left out").hasSizeGreaterThan(mayFail);
    }
    assertThat(task.status()).isEqualTo(failed.isEmpty() ? Status.SUCCESS : Status.ERROR);
    assertThat(event).isIn(Status.ERROR, task.status());
  }
}
