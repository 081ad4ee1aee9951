/**
 * When events begin: fired by the calendar, kept by their windows. What is known of it in Consul,
 * and what is said of events that may not begin.
 */
package dev.metronome.pipeline.traffic;
