/**
 * Faults that a test has this very process commit: to halt at a named point of the protocol, to
 * have a wrong clock. They are asked for by system properties of the JVM, never by a setting, and
 * the agent says so when it starts. Without such a property nothing here ever acts.
 */
package dev.metronome.base.crash;
