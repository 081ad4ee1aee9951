package dev.metronome.pipeline.process;

import java.time.Instant;

/** Says when, and at what level, the bytes from an offset on arrived. */
record OutputMark(long offset, Instant time, String level) {}
