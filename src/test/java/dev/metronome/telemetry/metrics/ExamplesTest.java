package dev.metronome.telemetry.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/**
 * Alert rules and dashboard speak of metrics that there are. That docs/metrics.md is what an agent
 * serves, {@code AgentMetricsTest} says.
 */
class ExamplesTest {

  private static final Path ALERTS = Path.of("config/examples/prometheus-alerts.yml");
  private static final Path DASHBOARD = Path.of("config/examples/grafana-dashboard.json");
  private static final Pattern TEXT = Pattern.compile("\"[^\"]*\"");
  private static final Pattern SELECTOR = Pattern.compile("([a-zA-Z_]+)(\\{[^}]*})?");
  private static final Pattern LABEL = Pattern.compile("([a-z_]+)\\s*(?:=~|!~|!=|=)");
  private static final Pattern GROUPING = Pattern.compile("\\bby \\(([^)]*)\\)");
  private static final Set<String> OF_THE_SCRAPE = Set.of("instance", "job", "le");
  private static final Set<String> WORDS =
      Set.of(
          "sum",
          "max",
          "by",
          "rate",
          "increase",
          "histogram_quantile",
          "m",
          "s",
          "h",
          "label_values");

  static List<String> expressions() throws IOException {
    List<String> all = new ArrayList<>(rules().map(rule -> (String) rule.get("expr")).toList());
    for (JsonNode panel : dashboard().path("panels")) {
      panel.path("targets").forEach(target -> all.add(target.path("expr").asText()));
    }
    return all;
  }

  @SuppressWarnings("unchecked")
  private static Stream<Map<String, Object>> rules() throws IOException {
    Map<String, List<Map<String, Object>>> file = new Yaml().load(Files.readString(ALERTS));
    return file.get("groups").stream()
        .flatMap(group -> ((List<Map<String, Object>>) group.get("rules")).stream());
  }

  private static JsonNode dashboard() throws IOException {
    return new ObjectMapper().readTree(DASHBOARD.toFile());
  }

  private static Set<String> known() throws IOException {
    Set<String> names = new HashSet<>();
    DocumentedMetrics.types()
        .forEach(
            (name, type) -> {
              names.add(name);
              if (type.equals("histogram") || type.equals("summary")) {
                names.addAll(Set.of(name + "_sum", name + "_count"));
              }
              if (type.equals("histogram")) {
                names.add(name + "_bucket");
              }
            });
    return names;
  }

  /** The metrics that an expression names, with the labels it asks of each. */
  private static Map<String, Set<String>> selectors(String expression) {
    Map<String, Set<String>> found = new java.util.LinkedHashMap<>();
    String bare = TEXT.matcher(expression).replaceAll("\"\"");
    bare = bare.replaceAll("\\[[^]]*]", "");
    bare = GROUPING.matcher(bare).replaceAll("by ");
    Matcher selector = SELECTOR.matcher(bare);
    while (selector.find()) {
      if (!WORDS.contains(selector.group(1))) {
        Set<String> labels = found.computeIfAbsent(selector.group(1), name -> new HashSet<>());
        if (selector.group(2) != null) {
          LABEL.matcher(selector.group(2)).results().forEach(label -> labels.add(label.group(1)));
        }
      }
    }
    return found;
  }

  @ParameterizedTest
  @MethodSource("expressions")
  void an_expression_names_metrics_and_labels_that_there_are(String expression) throws IOException {
    Map<String, Set<String>> selectors = selectors(expression);
    Set<String> labels = new HashSet<>(OF_THE_SCRAPE);

    assertThat(selectors).isNotEmpty();
    assertThat(known()).containsAll(selectors.keySet());
    for (Map.Entry<String, Set<String>> selector : selectors.entrySet()) {
      labels.addAll(DocumentedMetrics.labels(selector.getKey()));
      assertThat(labels).as(selector.getKey()).containsAll(selector.getValue());
    }
    GROUPING
        .matcher(expression)
        .results()
        .flatMap(group -> Stream.of(group.group(1).split(",\\s*", -1)))
        .forEach(label -> assertThat(labels).as(expression).contains(label));
  }

  @ParameterizedTest
  @MethodSource("expressions")
  void its_brackets_close(String expression) {
    for (String pair : List.of("()", "{}", "[]")) {
      assertThat(expression.chars().filter(c -> c == pair.charAt(0)).count())
          .as("%s in %s", pair, expression)
          .isEqualTo(expression.chars().filter(c -> c == pair.charAt(1)).count());
    }
  }

  @Test
  void a_metric_that_there_is_not_is_noticed() throws IOException {
    Map<String, Set<String>> found =
        selectors("sum by (outcome) (rate(metronome_event_total{result=\"x\"}[5m])) > 1");

    assertThat(found).containsExactly(Map.entry("metronome_event_total", Set.of("result")));
    assertThat(known()).doesNotContain("metronome_event_total");
  }

  @Test
  void a_rule_has_what_prometheus_wants_and_says_what_to_do() throws IOException {
    assertThat(rules())
        .hasSizeGreaterThan(5)
        .allSatisfy(
            rule -> {
              assertThat(rule.keySet()).isSubsetOf("alert", "expr", "for", "labels", "annotations");
              assertThat((String) rule.get("alert")).matches("Metronome[A-Za-z]+");
              assertThat(rule.get("labels").toString()).contains("severity");
              assertThat(rule.get("annotations").toString()).contains("summary=", "description=");
            });
    assertThat(rules().map(rule -> rule.get("alert"))).doesNotHaveDuplicates();
  }

  @Test
  void the_panels_of_the_dashboard_do_not_overlap() throws IOException {
    Set<String> taken = new HashSet<>();
    for (JsonNode panel : dashboard().path("panels")) {
      JsonNode at = panel.path("gridPos");
      for (int x = at.path("x").asInt(); x < at.path("x").asInt() + at.path("w").asInt(); x++) {
        for (int y = at.path("y").asInt(); y < at.path("y").asInt() + at.path("h").asInt(); y++) {
          assertThat(x).isLessThan(24);
          assertThat(taken.add(x + "," + y)).as(panel.path("title").asText()).isTrue();
        }
      }
    }
    assertThat(taken).isNotEmpty();
  }
}
