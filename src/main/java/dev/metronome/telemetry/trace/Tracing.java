package dev.metronome.telemetry.trace;

import dev.metronome.model.record.Event;
import dev.metronome.model.record.TraceParent;
import dev.metronome.pipeline.claim.Claims;
import dev.metronome.pipeline.dispatch.ProgressQueue;
import dev.metronome.pipeline.execute.OperationListener;
import dev.metronome.pipeline.execute.OperationTracing;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The tracing of one agent.
 *
 * <p><em>Guarantees</em>: recording costs no request and no wait; a collector that does not answer
 * costs the spans, a line in the log, and a bounded queue.
 *
 * <p><em>Does not guarantee</em> that spans arrive: those that wait are lost with the process.
 */
public final class Tracing implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 2;

  private final OpenTelemetrySdk sdk;
  private final Collector collector;
  private final Recorder recorder;
  private final LeaderSpans leader;
  private final NodeSpans spans;

  private Tracing(OpenTelemetrySdk sdk, Collector collector, GivenIds ids, String node) {
    this.sdk = sdk;
    this.collector = collector;
    this.recorder = new Recorder(sdk, ids);
    this.leader = new LeaderSpans(recorder);
    this.spans = new NodeSpans(recorder, node);
  }

  /**
   * Begins to trace.
   *
   * @param environment whose {@code OTEL_} variables say where to, and which events
   * @throws TracingException if they cannot be used
   */
  public static Tracing start(Map<String, String> environment, String node, String version) {
    GivenIds ids = new GivenIds();
    Collector collector = new Collector();
    return new Tracing(
        new Setup(environment, node, version).sdk(ids, collector), collector, ids, node);
  }

  /** Where an event's own span stands, and whether it is recorded. */
  public TraceParent begin(Event event) {
    return recorder.begin(event);
  }

  public ProgressQueue.Listener leader() {
    return leader;
  }

  public Claims.Listener claims() {
    return spans;
  }

  public OperationListener operations() {
    return spans;
  }

  /** For the processes of operations. */
  public OperationTracing places() {
    return spans;
  }

  /** Sends what waits, unless the collector is known not to answer. */
  @Override
  public void close() {
    long patience = collector.answers() ? PATIENCE_SECONDS : 0;
    sdk.getSdkTracerProvider().shutdown().join(patience, TimeUnit.SECONDS);
  }
}
