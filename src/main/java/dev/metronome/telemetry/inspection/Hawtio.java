package dev.metronome.telemetry.inspection;

import dev.metronome.http.web.WebFiles;
import dev.metronome.http.web.WebFiles.Keeping;
import io.vertx.core.Handler;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.impl.BlockingHandlerDecorator;
import java.io.IOException;
import java.util.Map;
import java.util.Properties;
import javax.management.JMException;
import javax.management.ObjectName;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.plugin.JolokiaPlatformHttpPlugin;
import org.apache.camel.component.platform.http.spi.PlatformHttpPluginRegistry;
import org.apache.camel.spi.ManagementAgent;
import org.jolokia.server.core.restrictor.RestrictorFactory;
import org.jolokia.server.core.service.api.Restrictor;

/**
 * Hawtio's static files, out of the jar, on the agent's port, with Jolokia beneath them. What may
 * be done through Jolokia stands in {@code jolokia-access.xml}: reading, and the operations that
 * show routes.
 *
 * <p><em>Guarantees</em>: a file's size costs no memory ({@link WebFiles}).
 */
public final class Hawtio {

  /** Where it is. */
  public static final String PATH = "/hawtio";

  private static final WebFiles FILES = new WebFiles("/hawtio/");
  private static final String JOLOKIA = "/jolokia";

  /** Where Jolokia looks for it, too. */
  private static final String POLICY = "classpath:/jolokia-access.xml";

  private static final String INDEX = "index.html";

  /** What it asks its server for before it begins, and what there is to say. */
  private static final Map<String, String> ANSWERS =
      Map.of(
          "user", "\"public\"",
          "plugin", "[]",
          "proxy/enabled", "false",
          "preset-connections", "[]",
          "keycloak/enabled", "false",
          "oidc", "{}",
          "auth/config/login", "{}",
          "auth/config/session-timeout", "{}");

  private Hawtio() {}

  /** What Camel's management server must be told for Jolokia. */
  public static Properties properties() {
    Properties properties = new Properties();
    properties.setProperty("camel.management.jolokiaEnabled", "true");
    properties.setProperty("camel.management.jolokiaPath", PATH + JOLOKIA);
    return properties;
  }

  @SuppressWarnings("unchecked")
  private static Handler<RoutingContext> jolokia(CamelContext context) {
    return context
        .getCamelContextExtension()
        .getContextPlugin(PlatformHttpPluginRegistry.class)
        .resolvePluginById(JolokiaPlatformHttpPlugin.NAME, JolokiaPlatformHttpPlugin.class)
        .map(plugin -> (Handler<RoutingContext>) plugin.getHandler())
        .orElseThrow(() -> new IllegalStateException("Jolokia is not in the jar"));
  }

  /** Serves it from now on. */
  public static void serve(Router router, CamelContext context) {
    new JolokiaFilter(PATH + JOLOKIA, jolokia(context)).serve(router);
    registerRights(context);
    router.get(PATH + "/*").handler(new BlockingHandlerDecorator(Hawtio::answer, false));
  }

  /** So that only what may be done is active. */
  private static void registerRights(CamelContext context) {
    ManagementAgent agent = context.getManagementStrategy().getManagementAgent();
    if (agent == null) {
      return;
    }
    try {
      Restrictor policy = RestrictorFactory.lookupPolicyRestrictor(POLICY);
      agent.register(
          new BeanRights(agent.getMBeanServer(), policy), new ObjectName(BeanRights.NAME));
    } catch (JMException | IOException e) {
      throw new IllegalStateException("what Hawtio may do cannot be told", e);
    }
  }

  private static void answer(RoutingContext request) {
    if (request.normalizedPath().equals(PATH)) {
      request.redirect(PATH + "/");
      return;
    }
    String name = request.normalizedPath().substring(PATH.length() + 1);
    String fixed = ANSWERS.get(name);
    if (fixed != null) {
      request.response().putHeader("Content-Type", "application/json").end(fixed);
      return;
    }
    String file = FILES.has(name) ? name : INDEX; // anything else is a place within its one page
    boolean named = file.startsWith("static/"); // by a digest of what is in it
    FILES.send(request, file, named ? Keeping.FOR_GOOD : Keeping.UNTIL_CHANGED);
  }
}
