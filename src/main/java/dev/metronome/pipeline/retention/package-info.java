/**
 * How long results are kept: finds those of events that ended long ago and removes them with their
 * logs. Reads values of events only, never logs or results of tasks, and remembers a bounded number
 * of them, however many there are. Nothing of an event that has not ended is ever touched.
 */
package dev.metronome.pipeline.retention;
