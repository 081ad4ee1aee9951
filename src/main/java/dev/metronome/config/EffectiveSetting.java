package dev.metronome.config;

/**
 * A setting as it is in force.
 *
 * @param value as it was typed, or a mask
 * @param origin where it came from, for people
 */
public record EffectiveSetting(String key, String value, String origin) {}
