package dev.metronome.telemetry.metrics;

import dev.metronome.consul.RequestListener;
import dev.metronome.pipeline.claim.Claims;
import dev.metronome.pipeline.dispatch.ProgressQueue;
import dev.metronome.pipeline.execute.OperationListener;
import dev.metronome.pipeline.intake.Admission;
import dev.metronome.pipeline.intake.RingListener;
import dev.metronome.pipeline.queue.Queue;
import dev.metronome.telemetry.vitals.Vitals;
import io.micrometer.core.instrument.Clock;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * All metrics of one agent. Thread-safe; telling it something costs an addition and no lock that
 * anybody holds for long.
 */
public final class Metrics implements AutoCloseable {

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, new PrometheusRegistry(), Clock.SYSTEM);
  private final ConsulMeters consul = new ConsulMeters(registry);
  private final QueueMeters queues = new QueueMeters(registry);
  private final LeaderMeters leader = new LeaderMeters(registry, System::nanoTime);
  private final NodeMeters node = new NodeMeters(registry);

  private final IntakeMeters intake = new IntakeMeters(registry);
  private final TaskFileMeters taskFiles;

  /**
   * @param brokenTaskFiles whether they cannot be used as they are now
   */
  public Metrics(BooleanSupplier brokenTaskFiles) {
    this.taskFiles = new TaskFileMeters(registry, brokenTaskFiles);
    ProcessMeters.bind(registry);
  }

  public RequestListener consul() {
    return consul;
  }

  public Queue.Listener queues() {
    return queues;
  }

  /** Hears how many freezes stand. */
  public IntConsumer freezes() {
    return queues::frozen;
  }

  /** Hears of rejections. */
  public Consumer<Admission.Why> intake() {
    return intake;
  }

  /** Hears what becomes of user events. */
  public RingListener ring() {
    return intake;
  }

  /** Hears of each change of the task files in force. */
  public Runnable taskFiles() {
    return taskFiles;
  }

  public ProgressQueue.Listener leader() {
    return leader;
  }

  public Claims.Listener claims() {
    return node;
  }

  public OperationListener operations() {
    return node;
  }

  /** Tells all of them, and besides how the agent does at the moment. Called once. */
  public Scraper scraper(Vitals vitals) {
    return new Scraper(registry, new VitalMeters(vitals, registry));
  }

  @Override
  public void close() {
    registry.close();
  }
}
