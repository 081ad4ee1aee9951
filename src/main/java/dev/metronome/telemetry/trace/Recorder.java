package dev.metronome.telemetry.trace;

import dev.metronome.model.record.Event;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Status;
import dev.metronome.model.record.TraceParent;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingDecision;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Records spans that have ended, at their places. */
final class Recorder {

  private final Tracer tracer;
  private final Sampler sampler;
  private final GivenIds ids;

  Recorder(OpenTelemetrySdk sdk, GivenIds ids) {
    this.tracer = sdk.getTracer("dev.metronome");
    this.sampler = sdk.getSdkTracerProvider().getSampler();
    this.ids = ids;
  }

  /**
   * A span.
   *
   * @param parent absent for the first of a trace
   * @param attributes without its result
   */
  record Ended(
      TraceParent place,
      Optional<TraceParent> parent,
      String name,
      SpanKind kind,
      Instant from,
      Instant to,
      Attributes attributes) {}

  TraceParent begin(Event event) {
    TraceParent place = event.place();
    SamplingDecision decision =
        sampler
            .shouldSample(
                context(sender(event)),
                place.traceId(),
                Conventions.RUN + " " + event.name(),
                SpanKind.SERVER,
                Attributes.empty(),
                List.of())
            .getDecision();
    return place.sampled(decision == SamplingDecision.RECORD_AND_SAMPLE);
  }

  static Optional<TraceParent> sender(Event event) {
    return event.traceparent().flatMap(TraceParent::read);
  }

  /**
   * Records one.
   *
   * @param moments further ones within it, by name
   */
  void record(Ended ended, Status status, Optional<Reason> reason, Moment... moments) {
    if (!ended.place().sampled()) {
      return;
    }
    SpanBuilder builder =
        tracer
            .spanBuilder(ended.name())
            .setSpanKind(ended.kind())
            .setParent(context(ended.parent()))
            .setStartTimestamp(ended.from())
            .setAllAttributes(ended.attributes());
    Span span = ids.at(ended.place(), builder::startSpan);
    for (Moment moment : moments) {
      span.addEvent(moment.name(), moment.at());
    }
    if (status.stopsEvent()) {
      String why = reason.map(Reason::word).orElse("failed");
      span.setAttribute(Conventions.ERROR, why).setStatus(StatusCode.ERROR, why);
    }
    Instant to = ended.to().isBefore(ended.from()) ? ended.from() : ended.to(); // two clocks
    span.end(to);
  }

  /** A moment within a span. */
  record Moment(String name, Instant at) {}

  private static Context context(Optional<TraceParent> parent) {
    return parent
        .map(
            it ->
                SpanContext.createFromRemoteParent(
                    it.traceId(),
                    it.spanId(),
                    it.sampled() ? TraceFlags.getSampled() : TraceFlags.getDefault(),
                    TraceState.getDefault()))
        .map(it -> Context.root().with(Span.wrap(it)))
        .orElse(Context.root());
  }
}
