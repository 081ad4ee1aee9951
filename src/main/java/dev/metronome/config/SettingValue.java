package dev.metronome.config;

/** A setting's value as it was typed, and where. */
record SettingValue(String text, Origin origin) {}
