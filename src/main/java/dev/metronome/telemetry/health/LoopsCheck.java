package dev.metronome.telemetry.health;

import dev.metronome.base.loop.Loop;
import dev.metronome.base.loop.Loops;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * Alive: no loop has died. An agent with a dead loop is half an agent; Consul is told, and ends its
 * session, so that another takes over what it can no longer do.
 */
public final class LoopsCheck extends AbstractHealthCheck {

  private final Loops loops;

  public LoopsCheck(Loops loops) {
    super(HealthAnswers.GROUP, "loops");
    this.loops = loops;
  }

  @Override
  public boolean isLiveness() {
    return true;
  }

  @Override
  protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
    List<Loop> dead = loops.all().stream().filter(Loop::isDead).toList();
    if (dead.isEmpty()) {
      builder.up();
    } else {
      builder.message(
          "dead: "
              + dead.stream().map(Loop::toString).collect(Collectors.joining(", "))
              + "; restart this agent");
      builder.down();
    }
  }
}
