package dev.metronome.agent;

import dev.metronome.agent.route.PropertyLanguage;
import dev.metronome.agent.route.RouteFiles;
import dev.metronome.config.Configuration;
import dev.metronome.pipeline.execute.TaskLog;
import dev.metronome.telemetry.inspection.Hawtio;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.ManagementMBeansLevel;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;

/** Camel as an agent runs it: which routes, which beans, which of its own settings. */
final class CamelSetup {

  private final AgentParts parts;
  private final HttpServer server;
  private final Configuration configuration;
  private final String node;

  CamelSetup(AgentParts parts, HttpServer server, Configuration configuration, String node) {
    this.parts = parts;
    this.server = server;
    this.configuration = configuration;
    this.node = node;
  }

  /** Not started yet. */
  Main main(RouteFiles routes) {
    Main camel = routes.own().isEmpty() ? new OwnRoutes() : new Main();
    camel.configure().withName("metronome-" + node);
    camel.configure().withRoutesIncludePattern(routes.includes());
    camel.configure().withBasePackageScanEnabled(false);
    camel.configure().withAutoConfigurationLogSummary(false);
    camel.configure().withShutdownTimeout((int) AgentShutdown.graceSeconds(configuration));
    camel.configure().withShutdownLogInflightExchangesOnTimeout(false);
    camel.configure().withSourceLocationEnabled(true);
    camel.configure().withJmxManagementMBeansLevel(ManagementMBeansLevel.RoutesOnly);
    camel.setOverrideProperties(properties());
    camel.bind(PropertyLanguage.NAME, new PropertyLanguage());
    parts.bind(camel);
    server.bind(camel);
    camel.addMainListener(new Preparation(parts));
    return camel;
  }

  private Properties properties() {
    Properties properties = configuration.camelProperties();
    properties.putAll(server.properties());
    if (configuration.flag("hawtio")) {
      properties.putAll(Hawtio.properties());
    }
    properties.setProperty("metronome.node", node);
    return properties;
  }

  /**
   * With the jar's routes alone. Camel reads all files once more beforehand, for what a file of
   * Camel K may say of the context; ours say nothing.
   */
  private static final class OwnRoutes extends Main {
    @Override
    protected void modelineRoutes(CamelContext context) {}
  }

  /** What must stand in the context before its routes are built. */
  private static final class Preparation extends MainListenerSupport {
    private final AgentParts parts;

    Preparation(AgentParts parts) {
      this.parts = parts;
    }

    @Override
    public void beforeConfigure(BaseMainSupport main) {
      CamelContext context = main.getCamelContext();
      context.getCamelContextExtension().addLogListener(new TaskLog());
      try {
        context.addService(parts.membership.cluster);
      } catch (Exception e) {
        throw new IllegalStateException("a service could not be added to Camel", e);
      }
    }
  }
}
