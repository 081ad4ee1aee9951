package dev.metronome.agent.route;

import dev.metronome.base.file.FileMarks;
import dev.metronome.base.file.FileWatch;
import dev.metronome.base.file.ReloadedFiles;
import dev.metronome.base.loop.Loops;
import dev.metronome.model.schedule.Problem;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.spi.Resource;
import org.apache.camel.spi.RoutesLoader;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes edited route files over while the agent runs, for {@code --dev}. The routes of a file that
 * is removed go with it, or are those of the jar's file of that name again.
 *
 * <p><em>Guarantees</em>: a file that would keep an agent from starting changes nothing, and what
 * is wrong with it is said as at the start; its routes as they were stay in force.
 *
 * <p><em>Does not guarantee</em> that a route is there while it is replaced. The names of
 * operations stay what they were at the start.
 */
// Camel's own strategy for routes leaves a broken route out and removes the old one all the same.
public final class RouteReload implements ReloadedFiles.Content, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RouteReload.class);
  private static final Duration INTERVAL = Duration.ofMillis(250);
  private static final int IDLENESS = 10;

  private final Path folder;
  private final Runnable changed;
  private final ReloadedFiles files;
  private final FileWatch watch;
  private final Map<String, String> inForce = new HashMap<>();
  private final Map<String, String> faults = new TreeMap<>();
  private Map<String, String> seen = Map.of();
  private CamelContext context;

  /**
   * @param folder the user's routes
   * @param changed is called when {@link #faults} has changed
   */
  public RouteReload(Path folder, Loops loops, Runnable changed) {
    this.folder = folder;
    this.changed = changed;
    this.files = new ReloadedFiles("routes", this);
    this.watch = new FileWatch("routes", this::look, INTERVAL, IDLENESS, loops);
  }

  /** Takes over what is edited from now on. */
  public synchronized void follow(CamelContext running) {
    context = running;
    watch.start();
  }

  /** Why files cannot be used as they are now, by name. */
  public synchronized Map<String, String> faults() {
    return Map.copyOf(faults);
  }

  synchronized void look() {
    Map<String, String> before = files.faults();
    files.look();
    if (!files.faults().equals(before)) {
      changed.run();
    }
  }

  @Override
  public FileMarks marks() {
    try {
      return FileMarks.of(RouteFiles.names(folder).stream().map(folder::resolve).toList());
    } catch (RouteException e) {
      return FileMarks.none(e.getMessage());
    }
  }

  @Override
  public Reading read() {
    RouteFiles now = RouteFiles.of(Optional.of(folder));
    Map<String, String> texts = texts(now);
    List<String> taken = new ArrayList<>();
    List<String> doubts = List.of();
    if (context == null) {
      inForce.putAll(texts);
    } else if (!texts.equals(seen)) {
      RouteCheck check = new RouteCheck(now);
      faults.clear();
      check.problems().forEach(this::blame);
      taken.addAll(taken(now, texts));
      doubts = faults.isEmpty() ? check.doubts().stream().map(Problem::toString).toList() : doubts;
    }
    seen = texts;
    Map<String, String> said = new TreeMap<>();
    faults.forEach((name, fault) -> said.put("file=" + name, fault));
    return new Reading(!taken.isEmpty(), taken.isEmpty() ? "" : "changed=" + taken, said, doubts);
  }

  private static Map<String, String> texts(RouteFiles files) {
    Map<String, String> texts = new HashMap<>();
    files.byName().forEach((name, uri) -> texts.put(name, RouteText.text(uri).orElse("")));
    return texts;
  }

  private void blame(Problem problem) {
    blame(problem.position().file().getFileName().toString(), problem.toString());
  }

  private void blame(String name, String fault) {
    String effect = "; its routes as they were stay in force";
    faults.merge(name, fault + effect, (one, other) -> one.replace(effect, "") + "; " + other);
  }

  /** Takes over what differs and has no fault; returns the names. */
  private List<String> taken(RouteFiles now, Map<String, String> texts) {
    TreeSet<String> names = new TreeSet<>(texts.keySet());
    names.addAll(inForce.keySet());
    List<String> taken = new ArrayList<>();
    for (String name : names) {
      boolean other = !Optional.ofNullable(texts.get(name)).equals(known(name));
      if (other && !faults.containsKey(name) && take(name, now, texts.get(name))) {
        taken.add(name);
      }
    }
    return taken;
  }

  private Optional<String> known(String name) {
    return Optional.ofNullable(inForce.get(name));
  }

  /**
   * @param text nothing if the file is gone
   */
  private boolean take(String name, RouteFiles now, String text) {
    String uri = now.byName().getOrDefault(name, "file:" + folder.resolve(name));
    try {
      if (text != null && RouteText.of(uri, text).empty()) {
        throw new RouteException(RouteText.path(uri) + ":1:1: error: no route is in it");
      }
      replace(name, uri, text);
    } catch (Exception e) {
      blame(name, explained(e, now));
      putBack(name, uri);
      return false;
    }
    inForce.remove(name);
    if (text != null) {
      inForce.put(name, text);
    }
    return true;
  }

  private static String explained(Exception e, RouteFiles files) {
    try {
      return RouteFault.explained(e, files).getMessage();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return "the agent is being stopped";
    }
  }

  /** By the file's name, since a route's ID may be what was edited. */
  private void replace(String name, String uri, String text) throws Exception {
    for (Route route : List.copyOf(context.getRoutes())) {
      Resource source = route.getSourceResource();
      if (source != null && source.getLocation().endsWith("/" + name)) {
        context.getRouteController().stopRoute(route.getId());
        context.removeRoute(route.getId());
      }
    }
    if (text != null) {
      RoutesLoader loader = PluginHelper.getRoutesLoader(context);
      loader.updateRoutes(List.of(ResourceHelper.fromString(uri, text)));
    }
  }

  private void putBack(String name, String uri) {
    try {
      replace(name, uri, inForce.get(name));
    } catch (Exception e) {
      LOG.error(
          "routes {}: the routes as they were could not be put back ({}); start the agent anew",
          name,
          e.getMessage());
    }
  }

  @Override
  public String remedy() {
    return "the routes as they were stay in force";
  }

  @Override
  public void close() {
    watch.close();
  }
}
