/**
 * Who belongs to the cluster and who leads it. A leader holds the lock of the leader key with its
 * session, and Camel's {@code master:} routes run there; one that is mistaken about itself can do
 * no harm, because each of its transactions checks that lock (the fence). An agent says what it is
 * under {@code nodes/NODE/agent}, locked by its session for as long as it lives. Nothing here knows
 * what a leader does, or decides what an agent does.
 */
package dev.metronome.pipeline.membership;
