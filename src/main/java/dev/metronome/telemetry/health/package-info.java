/**
 * What {@code /health/live} and {@code /health/ready} say, as Camel's health checks. Alive means
 * that this process is worth keeping, and costs nothing to say, since Consul asks every second;
 * ready means that it can take part in the pipeline now. A check only looks: it repairs nothing.
 */
package dev.metronome.telemetry.health;
