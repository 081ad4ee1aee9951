/**
 * The fault bench: a real cluster of three Consul servers and three client agents, an agent of ours
 * beside each client, a proxy between the two, crash points, and a checker of the promises. A test
 * is a {@link dev.metronome.base.crash.Scenario}; after each one everything is healed, a probe
 * event has to run on every node, and {@link dev.metronome.base.crash.Promises} are checked.
 */
package dev.metronome.base.crash;
