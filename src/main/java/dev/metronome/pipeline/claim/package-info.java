/**
 * The taking of tasks by nodes: one claim for each event, NO and node, locked by the node's session
 * while the task runs, then holding its outcome. That a task runs once is decided here and nowhere
 * else. Nothing here knows what a task does.
 */
package dev.metronome.pipeline.claim;
