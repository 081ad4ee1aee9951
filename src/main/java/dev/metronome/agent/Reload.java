package dev.metronome.agent;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Route;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.spi.Resource;
import org.apache.camel.spi.RoutesLoader;
import org.apache.camel.support.FileWatcherResourceReloadStrategy;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes edited route files over while the agent runs, for {@code --dev}. Camel's watcher tells of
 * an edit; that and what follows happens on its one thread.
 *
 * <p><em>Guarantees</em>: files that would keep an agent from starting change nothing, and what is
 * wrong with them is said as at the start; the routes as they were stay in force.
 *
 * <p><em>Does not guarantee</em> that a route is there while it is replaced. The routes of a file
 * that is removed stay until the agent ends; so do the names of operations.
 */
// Camel's own strategy for routes leaves a broken route out and removes the old one all the same.
final class Reload extends FileWatcherResourceReloadStrategy {

  private static final Logger LOG = LoggerFactory.getLogger(Reload.class);

  private final Path routes;
  private final Map<String, String> inForce = new HashMap<>();
  private Map<String, String> seen;

  /**
   * @param folder the user's routes
   * @param started those that the agent starts with
   */
  Reload(Path folder, RouteFiles started) {
    super(folder.toAbsolutePath().toString());
    this.routes = folder;
    this.seen = texts(started);
    inForce.putAll(seen);
    setFileFilter(file -> file.getName().endsWith(RouteFiles.ENDING));
    setResourceReload((name, resource) -> look());
  }

  private static Map<String, String> texts(RouteFiles files) {
    Map<String, String> texts = new HashMap<>();
    files.byName().forEach((name, uri) -> texts.put(name, RouteText.text(uri).orElse("")));
    return texts;
  }

  /** Several tidings may be of one edit. */
  private void look() throws InterruptedException {
    RouteFiles files = RouteFiles.of(Optional.of(routes));
    Map<String, String> texts = texts(files);
    if (texts.equals(seen)) {
      return;
    }
    seen = texts;
    RouteCheck check = new RouteCheck(files);
    try {
      check.demand();
    } catch (RouteException e) {
      refuse(e, "all routes");
      return;
    }
    boolean all = true;
    for (Map.Entry<String, String> file : texts.entrySet()) {
      if (!file.getValue().equals(inForce.get(file.getKey()))
          && files.byName().get(file.getKey()).startsWith("file:")) {
        all &= take(file.getKey(), file.getValue(), files);
      }
    }
    if (all) {
      check.doubts().forEach(doubt -> LOG.warn("routes {}", doubt));
    }
  }

  private boolean take(String name, String text, RouteFiles files) throws InterruptedException {
    String uri = files.byName().get(name);
    try {
      demandRoutes(uri, text);
    } catch (Exception e) {
      refuse(RouteFault.explained(e, files), name);
      return false;
    }
    try {
      replace(name, uri, text);
      inForce.put(name, text);
      LOG.info("routes file={} state=reloaded", name);
      return true;
    } catch (Exception e) {
      refuse(RouteFault.explained(e, files), name);
      putBack(name, uri);
      return false;
    }
  }

  /** What can be told of a file without touching what runs. */
  private void demandRoutes(String uri, String text) throws Exception {
    if (RouteText.of(uri, text).empty()) {
      throw new RouteException(uri.substring("file:".length()) + ":1:1: error: no route is in it");
    }
    for (RoutesBuilder builder : loader().findRoutesBuilders(List.of(resource(uri, text)))) {
      ((RouteBuilder) builder).configureRoutes(getCamelContext());
    }
  }

  /** By the file's name, since a route's ID may be what was edited. */
  private void replace(String name, String uri, String text) throws Exception {
    for (Route route : List.copyOf(getCamelContext().getRoutes())) {
      Resource source = route.getSourceResource();
      if (source != null && source.getLocation().endsWith("/" + name)) {
        getCamelContext().getRouteController().stopRoute(route.getId());
        getCamelContext().removeRoute(route.getId());
      }
    }
    loader().updateRoutes(List.of(resource(uri, text)));
  }

  private void putBack(String name, String uri) {
    String text = inForce.get(name);
    try {
      replace(name, uri, text == null ? "[]" : text);
    } catch (Exception e) {
      LOG.error(
          "routes {}: the routes as they were could not be put back ({}); start the agent anew",
          name,
          e.getMessage());
    }
  }

  private static void refuse(RuntimeException problem, String what) {
    LOG.error("routes {}; {} as they were stay in force", problem.getMessage(), what);
  }

  private RoutesLoader loader() {
    return PluginHelper.getRoutesLoader(getCamelContext());
  }

  private static Resource resource(String uri, String text) {
    return ResourceHelper.fromString(uri, text);
  }
}
