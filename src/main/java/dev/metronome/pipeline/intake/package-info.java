/**
 * Where events come in: the {@code consul-event:} component, what makes a user event authentic, and
 * how a stranger's text becomes an event. Nothing here knows what an event does.
 */
package dev.metronome.pipeline.intake;
