/**
 * What an agent says of itself under {@code nodes/NODE/agent}, locked by its session for as long as
 * it lives; and who else bears its name. Nothing here decides what an agent does.
 */
package dev.metronome.presence;
