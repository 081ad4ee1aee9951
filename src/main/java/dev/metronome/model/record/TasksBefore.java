package dev.metronome.model.record;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Optional;

/**
 * What is known of the tasks of a plan before its head task.
 *
 * @param leftOutBefore which parts of the event are not in the plan, and a sentence for each task
 *     that left nodes out, the first few
 * @param taken on which nodes tasks were at work that can be taken back
 * @param approvals those that were asked for, the first few
 * @param failedBefore the first that has failed and was gone on after; absent if none has
 */
record TasksBefore(
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> leftOutBefore,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Taken> taken,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<DecidedApproval> approvals,
    Optional<FailedBefore> failedBefore) {

  TasksBefore {
    leftOutBefore = leftOutBefore == null ? List.of() : List.copyOf(leftOutBefore);
    taken = taken == null ? List.of() : List.copyOf(taken);
    approvals = approvals == null ? List.of() : List.copyOf(approvals);
    failedBefore = failedBefore == null ? Optional.empty() : failedBefore;
  }

  static TasksBefore none(List<String> leftOut) {
    return new TasksBefore(leftOut, List.of(), List.of(), Optional.empty());
  }

  TasksBefore leftOut(List<String> sentences) {
    return new TasksBefore(sentences, taken, approvals, failedBefore);
  }

  TasksBefore taken(List<Taken> nodes) {
    return new TasksBefore(leftOutBefore, nodes, approvals, failedBefore);
  }

  TasksBefore failed(FailedBefore first) {
    return new TasksBefore(leftOutBefore, taken, approvals, Optional.of(first));
  }

  TasksBefore approvals(List<DecidedApproval> decided) {
    return new TasksBefore(leftOutBefore, taken, decided, failedBefore);
  }
}
