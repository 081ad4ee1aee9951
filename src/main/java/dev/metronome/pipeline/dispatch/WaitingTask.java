package dev.metronome.pipeline.dispatch;

import dev.metronome.consul.Transaction;
import dev.metronome.model.record.Plan;

/**
 * A head task that a step opens as soon as nodes are selected for it.
 *
 * @param progress as it was read
 * @param plan with the task at its head
 * @param close what ends the task before it; empty if that has ended already
 */
record WaitingTask(Progress progress, Plan plan, Transaction close) {}
