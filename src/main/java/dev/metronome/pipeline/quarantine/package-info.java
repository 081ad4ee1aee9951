/**
 * Where unreadable records are set aside, with the reason, the time and what stood there, and how
 * many of them are kept. Nothing here may lose a record that can be read, or touch one that a newer
 * agent wrote.
 */
package dev.metronome.pipeline.quarantine;
