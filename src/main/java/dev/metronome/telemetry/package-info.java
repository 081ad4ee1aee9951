/**
 * What shows how an agent does: metrics, health, inspection by JMX, traces. It listens and looks;
 * whatever is taken out of this room, no event ends otherwise.
 */
package dev.metronome.telemetry;
