package dev.metronome.telemetry.health;

import dev.metronome.consul.Reachability;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Ready: Consul answers. */
public final class ConsulCheck extends AbstractHealthCheck {

  /** Shorter than the patience of most who ask. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Reachability consul;

  public ConsulCheck(Reachability consul) {
    super(HealthAnswers.GROUP, "consul");
    this.consul = consul;
  }

  @Override
  protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
    try {
      Optional<String> fault = consul.fault(PATIENCE);
      fault.ifPresent(builder::message);
      builder.state(fault.isEmpty() ? State.UP : State.DOWN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      builder.message("this agent is being stopped");
      builder.down();
    }
  }
}
