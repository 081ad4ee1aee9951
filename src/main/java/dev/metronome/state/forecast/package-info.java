/**
 * What the leader would do with an event now, before anything runs: tasks, nodes, operations, and a
 * fingerprint by which a later look tells whether the world has changed. It knows no command and no
 * page, asks the leader's own classes, and writes nothing. No secret may ever stand in it.
 */
package dev.metronome.state.forecast;
