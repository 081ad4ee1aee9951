package dev.metronome.agent;

import static dev.metronome.agent.BestEffort.attempt;

import dev.metronome.config.Configuration;
import dev.metronome.consul.Registration;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;

/**
 * How an agent leaves: others lead at once, a running task gets its grace period, and nothing of
 * the agent stays in Consul.
 */
final class AgentShutdown {

  /** What an operation that is ended may take beyond its own kill-grace. */
  private static final Duration MARGIN = Duration.ofSeconds(2);

  private final Core core;
  private final Configuration configuration;
  private final String node;

  AgentShutdown(Core core, Configuration configuration, String node) {
    this.core = core;
    this.configuration = configuration;
    this.node = node;
  }

  /** Whole seconds, one at least: Camel refuses zero. */
  static long graceSeconds(Configuration configuration) {
    return Math.max(1, configuration.duration("grace-period").toSeconds());
  }

  void stopWorking(CamelContext context) {
    attempt("hand leadership over", core.leadership::close);
    attempt("finish the running task", () -> finishTask(context));
  }

  /** The running task may end within the grace period; then its processes are ended. */
  private void finishTask(CamelContext context) throws Exception {
    context
        .getRouteController()
        .stopRoute("execute", graceSeconds(configuration), TimeUnit.SECONDS, false);
    if (core.claims.count() > 0) {
      core.operations.cancel("the agent of node " + node + " was stopped while it ran the task");
      core.claims.awaitNone(configuration.duration("kill-grace").plus(MARGIN));
    }
  }

  /** While the port still answers Consul's check, on which the session depends. */
  void leaveConsul() {
    core.claims.close();
    Optional<String> session = core.sessions.current();
    session.ifPresent(id -> attempt("withdraw presence", () -> core.presence.withdraw(id)));
    attempt("end the session", core.sessions::close);
    Registration registration = core.registration;
    attempt("deregister", registration::deregister);
  }
}
