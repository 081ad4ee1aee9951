/**
 * A real Consul for tests: where its binary is, and clusters of its processes on loopback that a
 * test can stop, kill, pause and start again. Nothing here knows what Metronome is, and no process
 * or folder outlives its cluster.
 */
package dev.metronome.testing;
