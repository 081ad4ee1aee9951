/**
 * What a node does with a task: takes its assignments from its own queue, prepares their operations
 * from its own task files, keeps the task's log and its time, and records the outcome. What an
 * operation does stands in its route; nothing here knows the leader.
 */
package dev.metronome.pipeline.execute;
