package dev.metronome.pipeline.process;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Keeps the first and the last marks. Between two marks a line begins, so that as many marks as
 * lines can be rendered are enough for them all. Not safe for use by several threads.
 */
final class OutputMarks {
  private final int capacity;
  private final List<OutputMark> first = new ArrayList<>();
  private final Deque<OutputMark> last = new ArrayDeque<>();

  /**
   * @param capacity how many to keep at each end
   */
  OutputMarks(int capacity) {
    this.capacity = capacity;
  }

  void add(OutputMark mark) {
    if (first.size() < capacity) {
      first.add(mark);
      return;
    }
    if (last.size() == capacity) {
      last.removeFirst();
    }
    last.addLast(mark);
  }

  /** Gives all marks from an offset on another level. */
  void relabel(long from, String level) {
    UnaryOperator<OutputMark> change =
        mark -> mark.offset() < from ? mark : new OutputMark(mark.offset(), mark.time(), level);
    first.replaceAll(change);
    List<OutputMark> changed = last.stream().map(change).toList();
    last.clear();
    last.addAll(changed);
  }

  /** All that are kept, by ascending offset. */
  List<OutputMark> copy() {
    List<OutputMark> all = new ArrayList<>(first);
    all.addAll(last);
    return all;
  }
}
