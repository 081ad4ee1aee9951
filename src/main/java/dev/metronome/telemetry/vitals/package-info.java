/**
 * What can be seen of a running agent at any moment without asking anybody: who leads, what waits,
 * what runs, whether its loops live. Metrics and managed beans show it, each in its own way.
 */
package dev.metronome.telemetry.vitals;
