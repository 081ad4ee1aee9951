package dev.metronome.agent.route;

import dev.metronome.model.schedule.Position;
import dev.metronome.model.schedule.Problem;
import dev.metronome.model.schedule.Severity;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * A route file as it is written: its routes, their ids and what they send to, each with its place.
 *
 * @param path as a user knows it
 * @param routes those with a {@code from}
 * @param beans names of those that the file declares
 * @param empty whether it says nothing at all
 */
record RouteText(
    String path, List<Route> routes, List<Spot> texts, Set<String> beans, boolean empty) {

  /** The key of an expression that says yes or no. */
  static final String CONDITION = "condition";

  private static final Pattern PLACE = Pattern.compile("(.*):(\\d+):(\\d+)");

  /** Where steps hold further steps. */
  private static final Set<String> NESTS =
      Set.of("steps", "when", "otherwise", "doCatch", "doFinally", "onFallback");

  /** Steps that decide while they run where they send to. */
  private static final Set<String> OPEN =
      Set.of("toD", "recipientList", "routingSlip", "dynamicRouter");

  RouteText {
    routes = List.copyOf(routes);
    texts = List.copyOf(texts);
    beans = Set.copyOf(beans);
  }

  /**
   * A text in the file.
   *
   * @param key what it is the value of, or a member of
   * @param place {@code FILE:LINE:COLUMN}
   * @param route the route in which it stands
   */
  record Spot(String key, String text, String place, String route) {

    /** Something wrong there. */
    Problem problem(String message) {
      return problem(Severity.ERROR, message);
    }

    /** Something there that is allowed and hardly meant. */
    Problem doubt(String message) {
      return problem(Severity.WARNING, message);
    }

    private Problem problem(Severity severity, String message) {
      Matcher parts = PLACE.matcher(place);
      if (!parts.matches()) {
        throw new IllegalStateException("no place in a file: " + place);
      }
      return new Problem(
          severity,
          new Position(
              Path.of(parts.group(1)),
              Integer.parseInt(parts.group(2)),
              Integer.parseInt(parts.group(3))),
          message);
    }
  }

  /**
   * A route.
   *
   * @param from what it takes from, without options
   * @param stepIds of its steps
   * @param targets every endpoint that it names after {@code from}, without options
   * @param open whether it may send to others too
   */
  record Route(
      Optional<Spot> id, Spot from, List<Spot> stepIds, Set<String> targets, boolean open) {}

  /** Of what cannot be read nothing: that is for Camel to say. */
  static RouteText of(String uri) {
    return of(uri, text(uri).orElse(""));
  }

  /** Of a text that stands in that file, or stood there a moment ago. */
  static RouteText of(String uri, String text) {
    try {
      return read(uri, text);
    } catch (YAMLException e) {
      return new RouteText(path(uri), List.of(), List.of(), Set.of(), false);
    }
  }

  /**
   * The same.
   *
   * @throws YAMLException if it is no YAML
   */
  static RouteText read(String uri, String text) {
    Node root = new Yaml(new SafeConstructor(new LoaderOptions())).compose(new StringReader(text));
    return new RouteTextReader(path(uri), NESTS, OPEN).read(root);
  }

  /** A file as a whole. */
  static Spot whole(String path) {
    return new Spot("", "", path + ":1:1", "");
  }

  /** As a user knows it. */
  static String path(String uri) {
    return uri.startsWith("file:") ? uri.substring("file:".length()) : uri;
  }

  /** What stands in the file; empty if it cannot be read. */
  static Optional<String> text(String uri) {
    try {
      if (uri.startsWith("file:")) {
        return Optional.of(Files.readString(Path.of(uri.substring("file:".length()))));
      }
      String resource = "/" + uri.substring(uri.indexOf(':') + 1);
      try (InputStream in = RouteText.class.getResourceAsStream(resource)) {
        return Optional.ofNullable(
            in == null ? null : new String(in.readAllBytes(), StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The value of a key; empty if there is none, or this is no map. */
  static Optional<Node> value(Node node, String key) {
    if (!(node instanceof MappingNode map)) {
      return Optional.empty();
    }
    return map.getValue().stream()
        .filter(tuple -> key.equals(scalar(tuple.getKeyNode()).orElse("")))
        .map(NodeTuple::getValueNode)
        .findFirst();
  }

  static Optional<String> scalar(Node node) {
    return node instanceof ScalarNode scalar ? Optional.of(scalar.getValue()) : Optional.empty();
  }

  static List<Node> items(Node node) {
    return node instanceof SequenceNode list ? List.copyOf(list.getValue()) : List.of();
  }

  /** Everything that a value is made of. */
  static List<Node> children(Node node) {
    List<Node> children = new ArrayList<>(items(node));
    if (node instanceof MappingNode map) {
      map.getValue().forEach(tuple -> children.add(tuple.getValueNode()));
    }
    return children;
  }
}
