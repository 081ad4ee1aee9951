/**
 * Who leads: one agent at a time holds the lock of the leader key with its session, and Camel's
 * {@code master:} routes run there. A leader that is mistaken about itself can do no harm, because
 * each of its transactions checks that lock (the fence). Nothing here knows what a leader does.
 */
package dev.metronome.leadership;
