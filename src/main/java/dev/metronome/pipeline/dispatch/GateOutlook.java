package dev.metronome.pipeline.dispatch;

import java.util.List;

/**
 * What a task's gate of health would say now, before anything has run.
 *
 * @param sick what is against the nodes of the task, in words
 * @param forbidden which batches {@code keep} would not let open as it is now, and why
 * @param never which it could never let open, even if all were well
 */
public record GateOutlook(List<String> sick, List<String> forbidden, List<String> never) {

  static final GateOutlook CLEAR = new GateOutlook(List.of(), List.of(), List.of());

  public GateOutlook {
    sick = List.copyOf(sick);
    forbidden = List.copyOf(forbidden);
    never = List.copyOf(never);
  }
}
