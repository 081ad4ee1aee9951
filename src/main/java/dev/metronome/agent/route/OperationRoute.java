package dev.metronome.agent.route;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * An operation as its route file presents it.
 *
 * @param name as task files use it
 * @param file where the route is; {@code classpath:} for one of the jar
 * @param description of the route; empty if it has none
 */
public record OperationRoute(String name, String file, String description) {

  /**
   * All operations, sorted by name.
   *
   * @throws RouteException if a file cannot be read or is not YAML
   */
  public static List<OperationRoute> all(RouteFiles routes) {
    Map<String, String> files = new TreeMap<>(routes.operationFiles());
    return files.entrySet().stream()
        .map(each -> new OperationRoute(each.getKey(), shown(each.getValue()), read(each)))
        .toList();
  }

  private static String shown(String uri) {
    return uri.startsWith("file:") ? uri.substring("file:".length()) : uri;
  }

  private static String read(Map.Entry<String, String> operation) {
    String uri = operation.getValue();
    try (InputStream stream = open(uri)) {
      String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      Object document = new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
      return description(document, "operation-" + operation.getKey());
    } catch (IOException | YAMLException e) {
      throw new RouteException(shown(uri) + ": error: " + e.getMessage(), e);
    }
  }

  private static InputStream open(String uri) throws IOException {
    if (uri.startsWith("file:")) {
      return Files.newInputStream(Path.of(shown(uri)));
    }
    String resource = "/" + uri.substring("classpath:".length());
    InputStream stream = OperationRoute.class.getResourceAsStream(resource);
    if (stream == null) {
      throw new IOException("it is not in the jar");
    }
    return stream;
  }

  /** Of the route with the operation's id, else of the first that has one. */
  private static String description(Object document, String id) {
    List<?> parts = document instanceof List<?> list ? list : List.of();
    return parts.stream()
        .filter(Map.class::isInstance)
        .map(part -> ((Map<?, ?>) part).get("route"))
        .filter(Map.class::isInstance)
        .map(route -> (Map<?, ?>) route)
        .filter(route -> id.equals(route.get("id")) || parts.size() == 1)
        .filter(route -> route.get("description") != null)
        .map(route -> String.valueOf(route.get("description")))
        .findFirst()
        .orElse("");
  }
}
