package dev.metronome.consul;

/**
 * What a read returned, and the index to wait beyond.
 *
 * @param index X-Consul-Index of the answer; always at least 1
 */
public record Snapshot<T>(T value, long index) {}
