package dev.metronome.agent;

import dev.metronome.config.Configuration;
import dev.metronome.consul.Registration;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How an agent leaves: others lead at once, a running task gets its grace period, and nothing of
 * the agent stays in Consul.
 */
final class AgentShutdown {

  private static final Logger LOG = LoggerFactory.getLogger(AgentShutdown.class);

  /** What an operation that is ended may take beyond its own kill-grace. */
  private static final Duration MARGIN = Duration.ofSeconds(2);

  private final AgentParts parts;
  private final Configuration configuration;
  private final String node;

  AgentShutdown(AgentParts parts, Configuration configuration, String node) {
    this.parts = parts;
    this.configuration = configuration;
    this.node = node;
  }

  /** Whole seconds, one at least: Camel refuses zero. */
  static long graceSeconds(Configuration configuration) {
    return Math.max(1, configuration.duration("grace-period").toSeconds());
  }

  void stopWorking(CamelContext context) {
    attempt("hand leadership over", parts.membership.leadership::close);
    attempt("finish the running task", () -> finishTask(context));
  }

  /** The running task may end within the grace period; then its processes are ended. */
  private void finishTask(CamelContext context) throws Exception {
    context
        .getRouteController()
        .stopRoute("execute", graceSeconds(configuration), TimeUnit.SECONDS, false);
    if (parts.node.claims.count() > 0) {
      parts.node.operations.cancel(
          "the agent of node " + node + " was stopped while it ran the task");
      parts.node.claims.awaitNone(configuration.duration("kill-grace").plus(MARGIN));
    }
  }

  /** While the port still answers Consul's check, on which the session depends. */
  void leaveConsul() {
    parts.node.claims.close();
    Optional<String> session = parts.membership.sessions.current();
    session.ifPresent(
        id -> attempt("withdraw presence", () -> parts.membership.presence.withdraw(id)));
    attempt("end the session", parts.membership.sessions::close);
    Registration registration = parts.membership.registration;
    attempt("deregister", registration::deregister);
  }

  /** A step of an ending, which may fail. */
  @FunctionalInterface
  interface Step {
    void take() throws Exception;
  }

  /**
   * Tries a step, so that the next is taken whatever becomes of it.
   *
   * @param what it does, as in "could not ..."
   */
  static void attempt(String what, Step step) {
    try {
      step.take();
    } catch (Exception e) {
      LOG.warn("could not {}: {}", what, e.getMessage());
      LOG.debug("could not {}", what, e);
    }
  }
}
