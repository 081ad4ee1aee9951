package dev.metronome.pipeline.claim;

import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.Claim;

/**
 * A claim that this process made and has not ended yet.
 *
 * @param assignment the task
 * @param record as it stands in Consul
 * @param index its ModifyIndex; every own write to it moves this on
 * @param session that locked it last
 */
record Held(Assignment assignment, Claim record, long index, String session) {

  Held locked(long now, String by) {
    return new Held(assignment, record, now, by);
  }
}
