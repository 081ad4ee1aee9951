package dev.metronome.consul;

import java.util.Optional;

/** A Consul user event as it arrived: every field is a stranger's text. */
public record UserEvent(
    String id,
    String name,
    Optional<String> payload,
    Optional<String> nodeFilter,
    Optional<String> serviceFilter,
    Optional<String> tagFilter) {}
