package dev.metronome.telemetry.health;

import dev.metronome.consul.SessionKeeper;
import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Ready: this agent holds a session, without which it can neither lead nor claim. */
public final class SessionCheck extends AbstractHealthCheck {

  private final SessionKeeper sessions;

  public SessionCheck(SessionKeeper sessions) {
    super(HealthAnswers.GROUP, "session");
    this.sessions = sessions;
  }

  @Override
  protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
    if (sessions.current().isPresent()) {
      builder.up();
    } else {
      builder.message("this agent holds no session in Consul; it tries again by itself");
      builder.down();
    }
  }
}
