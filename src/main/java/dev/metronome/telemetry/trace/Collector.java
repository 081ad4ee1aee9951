package dev.metronome.telemetry.trace;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The collector that spans go to. Says once that it does not take them, and once that it does
 * again.
 */
final class Collector implements SpanExporter {

  private static final Logger LOG = LoggerFactory.getLogger(Tracing.class);

  private final AtomicBoolean answers = new AtomicBoolean(true);
  private volatile String address = "";
  private volatile SpanExporter exporter = SpanExporter.composite();

  /** Sends by this exporter from now on. */
  Collector by(SpanExporter sender, String to) {
    exporter = sender;
    address = to;
    return this;
  }

  /** Whether it took the last spans, as far as is known. */
  boolean answers() {
    return answers.get();
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    CompletableResultCode sent = exporter.export(spans);
    sent.whenComplete(() -> note(sent));
    return sent;
  }

  private void note(CompletableResultCode sent) {
    if (answers.getAndSet(sent.isSuccess()) == sent.isSuccess()) {
      return;
    }
    if (sent.isSuccess()) {
      LOG.info("tracing={} state=repaired", address);
    } else {
      LOG.warn(
          "tracing={} state=failing {}; spans are dropped until it takes them, nothing else is"
              + " touched",
          address,
          why(sent.getFailureThrowable()));
    }
  }

  private static String why(Throwable failure) {
    Throwable cause = failure == null || failure.getCause() == null ? failure : failure.getCause();
    return cause == null || cause.getMessage() == null
        ? "the collector does not take spans"
        : cause.getMessage();
  }

  @Override
  public CompletableResultCode flush() {
    return exporter.flush();
  }

  @Override
  public CompletableResultCode shutdown() {
    return exporter.shutdown();
  }
}
