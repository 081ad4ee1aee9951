package dev.metronome.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/** The house style of routes. */
class RouteLintTest {

  private static final String ENDING = ".camel.yaml";
  private static final Pattern PROPERTY = Pattern.compile("\\{\\{\\??([^}:]+)[^}]*}}");
  private static final Set<String> INPUTS = Set.of("intake", "submit", "submit-http");
  private static final Set<String> SCRIPTS =
      Set.of("script", "groovy", "js", "python", "mvel", "ognl", "java", "joor", "spel");

  static Stream<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(Path.of("routes"))) {
      return all.filter(file -> file.toString().endsWith(ENDING)).sorted().toList().stream();
    }
  }

  static Stream<Path> routes() throws IOException {
    return files().filter(file -> !name(file).equals("errors"));
  }

  private static String name(Path file) {
    String name = file.getFileName().toString();
    return name.substring(0, name.length() - ENDING.length());
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> only(Path file, String kind) throws IOException {
    List<Map<String, Object>> entries = new Yaml().load(Files.readString(file));
    assertThat(entries).as("%s", file).hasSize(1);
    assertThat(entries.get(0)).as("%s", file).containsOnlyKeys(kind);
    return (Map<String, Object>) entries.get(0).get(kind);
  }

  /** Every map in a route, with the key that it stands at. */
  private static void walk(String at, Object node, List<Map.Entry<String, Map<?, ?>>> found) {
    if (node instanceof Map<?, ?> map) {
      found.add(Map.entry(at, map));
      map.forEach((key, value) -> walk(String.valueOf(key), value, found));
    } else if (node instanceof List<?> list) {
      list.forEach(each -> walk(at, each, found));
    }
  }

  private static List<Map.Entry<String, Map<?, ?>>> nodes(Object root) {
    List<Map.Entry<String, Map<?, ?>>> found = new ArrayList<>();
    walk("", root, found);
    return found;
  }

  /** The steps at every depth: what stands in a list named steps. */
  private static List<Map.Entry<String, Object>> steps(Object root) {
    List<Map.Entry<String, Object>> steps = new ArrayList<>();
    for (Map.Entry<String, Map<?, ?>> node : nodes(root)) {
      if (node.getValue().get("steps") instanceof List<?> list) {
        for (Object step : list) {
          ((Map<?, ?>) step).forEach((kind, body) -> steps.add(Map.entry((String) kind, body)));
        }
      }
    }
    return steps;
  }

  private static List<String> ids(Path file) throws IOException {
    Object root = new Yaml().load(Files.readString(file));
    return nodes(root).stream()
        .map(node -> node.getValue().get("id"))
        .filter(String.class::isInstance)
        .map(String.class::cast)
        .toList();
  }

  @ParameterizedTest
  @MethodSource("routes")
  void a_file_holds_one_route_of_its_name_with_a_description(Path file) throws IOException {
    Map<String, Object> route = only(file, "route");

    assertThat(route.get("id")).isEqualTo(name(file));
    assertThat((String) route.get("description")).isNotBlank();
  }

  @Test
  void errors_are_one_route_configuration() throws IOException {
    Map<String, Object> errors = only(Path.of("routes/errors" + ENDING), "routeConfiguration");

    // With an id Camel applies it only to the routes that ask for it.
    assertThat(errors).doesNotContainKey("id");
    assertThat((String) errors.get("description")).isNotBlank();
  }

  @ParameterizedTest
  @MethodSource("files")
  void options_stand_in_parameters_not_in_a_query(Path file) throws IOException {
    for (Map.Entry<String, Map<?, ?>> node : nodes(new Yaml().load(Files.readString(file)))) {
      if (node.getValue().get("uri") instanceof String uri) {
        assertThat(uri).as("%s", file).doesNotContain("?");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void a_placeholder_has_a_default_in_the_properties(Path file) throws IOException {
    Properties properties = new Properties();
    try (InputStream in = Files.newInputStream(Path.of("config/application.properties"))) {
      properties.load(in);
    }
    Matcher placeholder = PROPERTY.matcher(Files.readString(file));
    while (placeholder.find()) {
      assertThat(properties).as("%s", file).containsKey(placeholder.group(1));
    }
  }

  @Test
  void ids_are_unique_over_all_files_and_begin_with_that_of_the_route() throws IOException {
    Map<String, Path> seen = new HashMap<>();
    for (Path file : files().toList()) {
      for (String id : ids(file)) {
        assertThat(seen.put(id, file)).as("%s of %s is there twice", id, file).isNull();
        assertThat(id).as("%s", file).startsWith(name(file));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void every_step_has_an_id(Path file) throws IOException {
    for (Map.Entry<String, Object> step : steps(new Yaml().load(Files.readString(file)))) {
      assertThat(step.getValue()).as("%s in %s", step.getKey(), file).isInstanceOf(Map.class);
      assertThat(((Map<?, ?>) step.getValue()).get("id"))
          .as("%s in %s", step.getKey(), file)
          .isInstanceOf(String.class);
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void a_route_has_at_most_ten_steps_and_no_script(Path file) throws IOException {
    Object root = new Yaml().load(Files.readString(file));

    assertThat(steps(root)).as("%s", file).hasSizeLessThanOrEqualTo(10);
    for (Map.Entry<String, Map<?, ?>> node : nodes(root)) {
      assertThat(node.getValue().keySet())
          .as("%s", file)
          .noneMatch(key -> SCRIPTS.contains(String.valueOf(key)));
    }
  }

  @ParameterizedTest
  @MethodSource("routes")
  void what_comes_from_outside_loses_camels_own_headers_first(Path file) throws IOException {
    if (INPUTS.contains(name(file))) {
      Map<String, Object> from = cast(only(file, "route").get("from"));
      Map<String, Object> first = cast(((List<?>) from.get("steps")).get(0));
      assertThat(first).as("%s", file).containsOnlyKeys("removeHeaders");
      assertThat(cast(first.get("removeHeaders"))).containsEntry("pattern", "Camel*");
    }
  }

  /** The first words say who runs it; what follows says what for. */
  @ParameterizedTest
  @MethodSource("routes")
  void a_description_begins_with_who_runs_it(Path file) throws IOException {
    String description = (String) only(file, "route").get("description");

    String who = "(Every agent|The leader|Each node)[.,].{40,}";
    String operation = name(file).replaceFirst("^operation-", "");
    assertThat(description)
        .as("%s", file)
        .matches(
            operation.equals(name(file))
                ? who
                : "Each node, when a task says " + operation + "\\. .{20,}, to .{20,}");
  }

  @ParameterizedTest
  @MethodSource("files")
  void no_java_class_is_named_but_exceptions(Path file) throws IOException {
    Pattern name = Pattern.compile("\\b[a-z]+(\\.[a-z]+)+\\.[A-Z][A-Za-z]*");
    Object root = new Yaml().load(Files.readString(file));
    for (Map.Entry<String, Map<?, ?>> node : nodes(root)) {
      for (Map.Entry<?, ?> value : node.getValue().entrySet()) {
        if (value.getValue() instanceof String text && !value.getKey().equals("description")) {
          assertThat(name.matcher(text).find()).as("%s: %s", file, text).isFalse();
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("routes")
  void every_route_has_a_test_of_its_own(Path file) throws IOException {
    try (Stream<Path> tests = Files.list(Path.of("src/test/java/dev/metronome/routes"))) {
      assertThat(tests.filter(test -> test.getFileName().toString().startsWith("Advised")))
          .as("a test in this package that advises %s, or sends to it", name(file))
          .anyMatch(test -> names(test, name(file)));
    }
  }

  private static boolean names(Path test, String route) {
    try {
      String text = Files.readString(test);
      return text.contains("\"" + route + "\"")
          || text.contains("\"direct:" + route + "\"")
          || text.contains("sent(\"" + route.replace("operation-", "") + "\"");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> cast(Object map) {
    return (Map<String, Object>) map;
  }
}
