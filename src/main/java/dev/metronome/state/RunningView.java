package dev.metronome.state;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.metronome.model.record.Cancellation;
import java.time.Instant;
import java.util.Optional;

/**
 * The event in progress, and where it is.
 *
 * @param tasks how many it has
 * @param task the head task, with every target
 * @param openedAt when that was opened; absent while it waits for a node that matches
 * @param cancelled that it is being ended
 */
public record RunningView(
    @JsonProperty("ID") String id,
    String name,
    Instant startedAt,
    Optional<String> by,
    int tasks,
    TaskView task,
    Optional<Instant> openedAt,
    Optional<Cancellation> cancelled) {}
