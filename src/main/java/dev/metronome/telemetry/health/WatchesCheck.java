package dev.metronome.telemetry.health;

import dev.metronome.base.loop.Loop;
import dev.metronome.base.loop.Loops;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Ready: each loop gets round. */
public final class WatchesCheck extends AbstractHealthCheck {

  /** A blip, such as the restart of a Consul agent, is not worth a word. */
  private static final Duration BLIP = Duration.ofSeconds(2);

  private final Loops loops;

  public WatchesCheck(Loops loops) {
    super(HealthAnswers.GROUP, "watches");
    this.loops = loops;
  }

  @Override
  protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
    List<String> troubles =
        loops.all().stream()
            .flatMap(loop -> loop.trouble(BLIP).map(what -> said(loop, what)).stream())
            .toList();
    if (troubles.isEmpty()) {
      builder.up();
    } else {
      builder.message(String.join("; ", troubles));
      builder.down();
    }
  }

  private static String said(Loop loop, String what) {
    return loop + " has not got round for " + loop.age().toSeconds() + " s: " + what;
  }
}
