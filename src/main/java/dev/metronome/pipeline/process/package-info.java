/**
 * Runs one operating-system command at a time per {@link dev.metronome.pipeline.process.Execution}:
 * spawns it in a session of its own, keeps a bounded part of its output, and ends its whole tree of
 * processes when its time is up. Every process that a command leaves behind can be found again by
 * its {@link dev.metronome.pipeline.process.Cookie}, by this agent or by its next incarnation.
 * Nothing here knows Camel, Consul, events or tasks, and no output, however large, may ever grow
 * the heap beyond its limit.
 */
package dev.metronome.pipeline.process;
