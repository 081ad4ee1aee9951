package dev.metronome.model.schedule;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The bounds of what one event may become: a plan is one value in Consul, which has a limit. */
final class PlanLimits {
  static final int MAX_STEPS = 1_000;
  static final int MAX_BYTES = 400 * 1024;

  /** Upper estimate of a task's share of a plan besides its names. */
  private static final int BYTES_PER_STEP = 128;

  private PlanLimits() {}

  /**
   * Reports each event that is too long in every file that has a share in it.
   *
   * @param drafts what has been read, with where to report
   */
  static void check(List<Draft> drafts) {
    Map<String, Total> totals = new LinkedHashMap<>();
    for (Draft draft : drafts) {
      for (EventDefinition event : pattern(draft).events().values()) {
        totals.computeIfAbsent(event.name(), it -> new Total()).add(draft, event);
      }
    }
    totals.forEach((event, total) -> total.check(event));
  }

  /** Only drafts that could be understood come here. */
  private static Pattern pattern(Draft draft) {
    return draft.pattern().orElseThrow();
  }

  /** Where one pattern's share of an event is to be reported. */
  private record Part(Findings findings, Position position) {}

  /** All patterns' shares of one event. */
  private static final class Total {
    private final List<Part> parts = new ArrayList<>();
    private int steps;
    private long bytes;

    void add(Draft draft, EventDefinition event) {
      parts.add(new Part(draft.findings(), event.position()));
      event.steps().forEach(it -> add(pattern(draft), it));
      if (event.onError() == OnError.UNDO) {
        event.tasks().stream()
            .filter(it -> it.approval().isEmpty() && pattern(draft).hasUndo(it.task()))
            .forEach(it -> add(pattern(draft), it));
      }
    }

    private void add(Pattern pattern, OrderedTask step) {
      steps++;
      bytes += size(pattern, step);
    }

    void check(String event) {
      String subject = "event " + Shown.text(event) + " expands to ";
      if (steps > MAX_STEPS) {
        report(subject + Shown.number(steps) + " steps (limit " + Shown.number(MAX_STEPS) + ")");
      } else if (bytes > MAX_BYTES) {
        report(
            subject
                + "a plan of "
                + Shown.number(bytes / 1024)
                + " KiB (limit "
                + MAX_BYTES / 1024
                + ")");
      }
    }

    /** In every file that has a share, so that none of them is used by half. */
    private void report(String message) {
      String all = parts.size() == 1 ? "" : " through all " + parts.size() + " patterns";
      parts.forEach(it -> it.findings().error(it.position(), message + all));
    }

    private static int size(Pattern pattern, OrderedTask step) {
      int filter = step.filter().map(it -> bytes(it.toString())).orElse(0);
      int asked = step.approval().map(it -> bytes(it.toString())).orElse(0);
      return BYTES_PER_STEP + bytes(pattern.name()) + bytes(step.task()) + filter + asked;
    }

    private static int bytes(String text) {
      return text.getBytes(StandardCharsets.UTF_8).length;
    }
  }
}
