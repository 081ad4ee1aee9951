package dev.metronome.agent;

import dev.metronome.agent.route.RouteFiles;
import dev.metronome.base.account.Trust;
import dev.metronome.base.crash.CrashPoint;
import dev.metronome.base.crash.SkewedClock;
import dev.metronome.config.Configuration;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an agent says of itself at its start, besides how far it has come. */
final class StartLog {

  private static final Logger LOG = LoggerFactory.getLogger(StartLog.class);

  private StartLog() {}

  /** Which faults of tests it has, which files it acts by, and for whom its operations run. */
  static void before(Configuration configuration) {
    CrashPoint.asked()
        .ifPresent(at -> LOG.warn("-Dmetronome.crash is set: this process will halt {}", at));
    SkewedClock.asked()
        .ifPresent(by -> LOG.warn("-Dmetronome.clock-offset is set: this clock is {} off", by));
    actingFiles(configuration);
    configuration
        .runAs()
        .ifPresent(name -> LOG.info("operations run-as={} unless their task says run_as", name));
  }

  /** Unless all of them are the system's. */
  private static void actingFiles(Configuration configuration) {
    Map<String, Path> files = configuration.actingFiles();
    if (!files.values().stream().allMatch(configuration::isSystemFile)) {
      LOG.info(
          "files taken {}",
          files.entrySet().stream()
              .map(each -> each.getKey() + "=" + described(each.getValue()))
              .collect(Collectors.joining(" ")));
    }
  }

  private static String described(Path path) {
    return path.toAbsolutePath().normalize() + " owner=" + Trust.owner(path);
  }

  /** What it asks of events, and what it runs with. */
  static void after(AgentParts parts, HttpServer server, RouteFiles routes) {
    AgentContext agent = parts.agent;
    parts.intake.authenticity.announce(server.door());
    agent.signatures().announce();
    if (agent.configuration().operationsShareToken()) {
      LOG.warn(
          "operations show the agent's own token to Consul, which may write {}; give them another"
              + " with operation-token-file",
          agent.configuration().text("prefix"));
    }
    LOG.info(
        "node={} state=started version={} port={} http={} consul={} patterns={} routes={}",
        agent.node(),
        agent.version(),
        server.port(),
        server.url(),
        agent.connection().url(),
        agent.files().digests(),
        routes.own().isEmpty() ? "built-in" : routes.own());
  }
}
