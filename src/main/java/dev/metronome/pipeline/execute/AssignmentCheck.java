package dev.metronome.pipeline.execute;

import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Reason;
import dev.metronome.model.schedule.OnError;
import dev.metronome.model.schedule.Pattern;
import dev.metronome.model.signature.EventSignatures;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this node acts on what is assigned to it. Whoever has a token that may write Consul's KV
 * can assign it anything; without a signing key he cannot make an event that passes here.
 */
final class AssignmentCheck {
  private static final Logger LOG = LoggerFactory.getLogger(AssignmentCheck.class);

  private final EventSignatures signatures;
  private final String node;

  AssignmentCheck(EventSignatures signatures, String node) {
    this.signatures = signatures;
    this.node = node;
  }

  /**
   * Says in the log what would be refused, so that it can be known before signatures are required.
   *
   * @throws OperationFailedException if the event's signature is wrong or missing where it is
   *     required
   */
  void demandSigned(Assignment assignment) {
    signatures
        .fault(assignment.event())
        .filter(why -> !signatures.areRequired())
        .ifPresent(
            why ->
                LOG.info(
                    "task={} require-signature would refuse it: {}", assignment.taskId(), why));
    signatures
        .refusal(assignment.event())
        .ifPresent(
            why -> {
              LOG.warn("task={} state=refused {}", assignment.taskId(), why);
              throw new OperationFailedException(
                  Reason.FAILED,
                  "node "
                      + node
                      + " does not act on event "
                      + assignment.event().id()
                      + ": "
                      + why);
            });
  }

  /**
   * A signature says which event, not which task: where it is required, that is up to the node's
   * own files, lest any signed event could be put before any task.
   *
   * @throws OperationFailedException if the event has no such task there
   */
  void demandOwn(Assignment assignment, Pattern pattern) {
    PlannedTask wanted = assignment.task();
    String event = assignment.event().name();
    if (signatures.areRequired() && !names(pattern, event, wanted)) {
      throw new OperationFailedException(
          Reason.MISMATCH,
          "the file "
              + pattern.file()
              + " on node "
              + node
              + " has no task "
              + wanted.task()
              + " in its event "
              + event
              + ", and only what it says is run while signatures are required; give all nodes the"
              + " same files");
    }
  }

  private static boolean names(Pattern pattern, String event, PlannedTask task) {
    return Optional.ofNullable(pattern.events().get(event)).stream()
        .filter(it -> !task.isUndo() || it.onError() == OnError.UNDO)
        .flatMap(it -> (task.isFinally() ? it.last() : it.tasks()).stream())
        .anyMatch(step -> step.task().equals(task.task()));
  }
}
