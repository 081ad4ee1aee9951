package dev.metronome.telemetry.trace;

import dev.metronome.model.record.TraceParent;
import io.opentelemetry.sdk.trace.IdGenerator;
import java.util.function.Supplier;

/** Gives spans the IDs that their places in the trace have, instead of random ones. */
final class GivenIds implements IdGenerator {

  private static final ThreadLocal<TraceParent> PLACE = new ThreadLocal<>();

  /** The span that {@code start} starts on this thread stands at this place. */
  <T> T at(TraceParent own, Supplier<T> start) {
    PLACE.set(own);
    try {
      return start.get();
    } finally {
      PLACE.remove();
    }
  }

  @Override
  public String generateSpanId() {
    return PLACE.get().spanId();
  }

  @Override
  public String generateTraceId() {
    return PLACE.get().traceId();
  }
}
