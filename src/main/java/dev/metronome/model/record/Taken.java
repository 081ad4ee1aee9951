package dev.metronome.model.record;

import java.util.ArrayList;
import java.util.List;

/**
 * On which nodes tasks were at work: those whose claim there is, whatever came of it. An undo is
 * for these.
 *
 * @param of NO of each task that these very nodes have taken
 * @param batches the nodes, as they were opened one after another
 */
public record Taken(List<Integer> of, List<List<String>> batches) {
  public Taken {
    of = List.copyOf(of);
    batches = batches.stream().map(List::copyOf).toList();
  }

  /** All of them, and a task more: many are for the same nodes. */
  static List<Taken> and(List<Taken> all, int no, List<List<String>> batches) {
    List<Taken> more = new ArrayList<>();
    boolean known = false;
    for (Taken each : all) {
      boolean same = each.batches.equals(batches);
      known |= same;
      more.add(same ? new Taken(with(each.of, no), batches) : each);
    }
    if (!known) {
      more.add(new Taken(List.of(no), batches));
    }
    return more;
  }

  private static List<Integer> with(List<Integer> of, int no) {
    List<Integer> more = new ArrayList<>(of);
    more.add(no);
    return more;
  }
}
