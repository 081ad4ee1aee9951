package dev.metronome.agent;

import dev.metronome.http.access.AccessControl;
import dev.metronome.http.port.ErrorAnswer;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;

/**
 * Says that the agent is not there yet, or no more, while its routes are not: what they would
 * answer is not that there is no such thing. Its health is told all the while. Thread-safe.
 */
final class ReadinessGate implements Handler<RoutingContext> {

  private enum State {
    STARTING("is starting", "ask again in some seconds"),
    OPEN("", ""),
    STOPPING("is being stopped", "ask another agent, or come back in some seconds");

    private final String sentence;
    private final String hint;

    State(String state, String hint) {
      this.sentence = "this agent " + state;
      this.hint = hint;
    }
  }

  private volatile State state = State.STARTING;

  /** All routes are there. */
  void open() {
    state = State.OPEN;
  }

  /** The first is about to go. */
  void close() {
    state = State.STOPPING;
  }

  @Override
  public void handle(RoutingContext request) {
    State now = state;
    if (now == State.OPEN || AccessControl.isHealth(request.normalizedPath())) {
      request.next();
    } else {
      ErrorAnswer.busy(now.sentence, now.hint, 2).send(request.response());
    }
  }
}
