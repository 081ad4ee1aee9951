package dev.metronome.pipeline.execute;

import dev.metronome.model.record.TraceParent;
import java.util.Optional;

/** Says where in a trace the processes of an operation begin, so that they can continue it. */
@FunctionalInterface
public interface OperationTracing {

  /** Where nobody traces: what the task's own assignment, or the event's sender, has said. */
  OperationTracing NONE = (call, run) -> run.assignment().trace();

  /** Empty if there is no trace. */
  Optional<TraceParent> place(OperationCall call, TaskRun run);
}
