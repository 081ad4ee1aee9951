package dev.metronome.telemetry.metrics;

import dev.metronome.consul.RequestListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Requests to Consul. */
final class ConsulMeters implements RequestListener {

  private record Kind(String call, Result result) {}

  private final MeterRegistry registry;
  private final Map<Kind, Counter> counters = new ConcurrentHashMap<>();

  ConsulMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void ended(String call, Result result) {
    counters.computeIfAbsent(new Kind(call, result), this::counter).increment();
  }

  private Counter counter(Kind kind) {
    return Counter.builder("metronome.consul.requests")
        .description("Requests to Consul that have ended")
        .tag("call", kind.call())
        .tag("result", kind.result().word())
        .register(registry);
  }
}
