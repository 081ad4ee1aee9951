package dev.metronome.config;

/** A setting's value as it was typed, and where. */
record Value(String text, Origin origin) {}
