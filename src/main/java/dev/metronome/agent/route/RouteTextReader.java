package dev.metronome.agent.route;

import dev.metronome.agent.route.RouteText.Route;
import dev.metronome.agent.route.RouteText.Spot;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;

/** Reads the nodes of one route file. Not thread-safe. */
final class RouteTextReader {
  private static final Pattern ENDPOINT = Pattern.compile("(direct|seda|consul-queue):.*");

  /** What holds an expression that says yes or no. */
  private static final Set<String> CONDITIONS =
      Set.of("filter", "when", "validate", "onWhen", "retryWhile", "completionPredicate");

  private final String path;
  private final Set<String> nests;
  private final Set<String> deciding;
  private final List<Spot> texts = new ArrayList<>();

  RouteTextReader(String path, Set<String> nests, Set<String> deciding) {
    this.path = path;
    this.nests = nests;
    this.deciding = deciding;
  }

  RouteText read(Node root) {
    List<Route> routes = new ArrayList<>();
    Set<String> beans = new HashSet<>();
    List<Node> parts = root == null ? List.of() : RouteText.items(root);
    for (Node part : parts) {
      Optional<Node> route = RouteText.value(part, "route");
      Node body = route.orElse(part);
      RouteText.value(body, "from").flatMap(from -> route(body, from)).ifPresent(routes::add);
      remember("", body, RouteText.value(body, "id").flatMap(RouteText::scalar).orElse(""));
      RouteText.value(part, "beans").map(RouteText::items).orElse(List.of()).stream()
          .flatMap(bean -> RouteText.value(bean, "name").flatMap(RouteText::scalar).stream())
          .forEach(beans::add);
    }
    return new RouteText(path, routes, texts, beans, parts.isEmpty());
  }

  private Optional<Route> route(Node body, Node from) {
    Node uri = RouteText.value(from, "uri").orElse(from);
    String endpoint = endpoint(uri, RouteText.value(from, "parameters"));
    Optional<Spot> id = RouteText.value(body, "id").flatMap(node -> spot("id", node, ""));
    List<Spot> ids = new ArrayList<>();
    Set<String> targets = new HashSet<>();
    boolean undecided = false;
    for (Node holder : List.of(body, from)) {
      Optional<Node> steps = RouteText.value(holder, "steps");
      if (steps.isPresent()) {
        collectIds(steps.get(), ids);
        undecided |= collectTargets(steps.get(), targets);
      }
    }
    boolean open = isUndecided(targets, undecided);
    return spot("uri", uri, "")
        .map(spot -> new Spot("from", endpoint, spot.place(), id.map(Spot::text).orElse("")))
        .map(spot -> new Route(id, spot, List.copyOf(ids), Set.copyOf(targets), open));
  }

  private static boolean isUndecided(Set<String> targets, boolean undecided) {
    return undecided || targets.stream().anyMatch(target -> target.contains("{{"));
  }

  /** {@code direct:name}, also where the name is a parameter. */
  private static String endpoint(Node uri, Optional<Node> parameters) {
    String text = plain(RouteText.scalar(uri).orElse(""));
    Optional<String> name =
        parameters.flatMap(node -> RouteText.value(node, "name")).flatMap(RouteText::scalar);
    return text.contains(":") || name.isEmpty() ? text : text + ":" + name.get();
  }

  private static String plain(String uri) {
    return uri.replaceAll("\\?.*", "").replace("://", ":");
  }

  private void collectIds(Node steps, List<Spot> ids) {
    for (Node step : RouteText.items(steps)) {
      if (step instanceof MappingNode map) {
        boolean named = map.getValue().size() == 1;
        map.getValue().forEach(tuple -> step(named ? tuple.getValueNode() : step, ids));
      }
    }
  }

  private void step(Node body, List<Spot> ids) {
    RouteText.value(body, "id")
        .flatMap(node -> spot("id", node, ""))
        .filter(spot -> !ids.contains(spot))
        .ifPresent(ids::add);
    if (body instanceof MappingNode map) {
      for (NodeTuple tuple : map.getValue()) {
        if (nests.contains(RouteText.scalar(tuple.getKeyNode()).orElse(""))) {
          collectIds(tuple.getValueNode(), ids);
          RouteText.items(tuple.getValueNode()).forEach(each -> step(each, ids));
          step(tuple.getValueNode(), ids);
        }
      }
    }
  }

  /** Returns whether something in it decides by itself where it sends to. */
  private boolean collectTargets(Node node, Set<String> targets) {
    boolean undecided = false;
    if (node instanceof MappingNode map) {
      Optional<Node> uri = RouteText.value(node, "uri");
      uri.ifPresent(found -> targets.add(endpoint(found, RouteText.value(node, "parameters"))));
      undecided =
          map.getValue().stream()
              .anyMatch(
                  tuple -> deciding.contains(RouteText.scalar(tuple.getKeyNode()).orElse("")));
    }
    RouteText.scalar(node)
        .filter(text -> ENDPOINT.matcher(text).matches())
        .ifPresent(text -> targets.add(plain(text)));
    for (Node child : RouteText.children(node)) {
      undecided |= collectTargets(child, targets);
    }
    return undecided;
  }

  private void remember(String key, Node node, String route) {
    spot(key, node, route).ifPresent(texts::add);
    RouteText.items(node).forEach(item -> remember(key, item, route));
    if (node instanceof MappingNode map) {
      map.getValue()
          .forEach(
              tuple ->
                  remember(
                      below(key, RouteText.scalar(tuple.getKeyNode()).orElse("")),
                      tuple.getValueNode(),
                      route));
    }
  }

  /** An expression in a condition is called so, whatever is between the two. */
  private static String below(String holder, String key) {
    boolean condition = CONDITIONS.contains(holder);
    return condition && key.equals("expression")
        ? holder
        : condition && key.equals("simple") ? RouteText.CONDITION : key;
  }

  private Optional<Spot> spot(String key, Node node, String route) {
    return RouteText.scalar(node)
        .map(
            text ->
                new Spot(
                    key,
                    text,
                    path
                        + ":"
                        + (node.getStartMark().getLine() + 1)
                        + ":"
                        + (node.getStartMark().getColumn() + 1),
                    route));
  }
}
