/**
 * The words of the trade as values: task files as they are written, records as they lie in Consul,
 * signatures over them. Nothing here does anything: no thread, no request, no Camel; it depends on
 * {@code base} alone.
 */
package dev.metronome.model;
