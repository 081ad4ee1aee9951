/**
 * Coming from the original: what it left in Consul beside results is looked at, taken over once,
 * and removed. Only the leader does so, fenced, or a command that was asked to; nothing is touched
 * while an agent of the original works, and whatever was killed half way is done again to the same
 * end.
 */
package dev.metronome.pipeline.migration;
