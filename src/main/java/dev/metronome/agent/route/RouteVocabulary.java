package dev.metronome.agent.route;

import dev.metronome.model.schedule.Nearest;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.dsl.yaml.deserializers.ModelDeserializers;
import org.apache.camel.spi.annotations.YamlProperty;
import org.apache.camel.spi.annotations.YamlType;

/** The words of Camel's YAML: what somebody may have meant who wrote one that there is not. */
final class RouteVocabulary {

  /** Camel's own words for it, and what the word could have been. */
  private static final Map<Pattern, Function<YamlType, Stream<String>>> COMPLAINTS =
      Map.of(
          Pattern.compile("Unknown node id: (\\S+)"), RouteVocabulary::steps,
          Pattern.compile("Unknown expression with id: (\\S+)"), RouteVocabulary::steps,
          Pattern.compile("Unsupported field: (\\S+)"), RouteVocabulary::fields);

  private RouteVocabulary() {}

  /** {@code ; did you mean `log`?} after such a complaint, else nothing. */
  static String hint(String complaint) {
    return COMPLAINTS.entrySet().stream()
        .flatMap(each -> hint(each.getKey().matcher(complaint), each.getValue()).stream())
        .findFirst()
        .orElse("");
  }

  private static Stream<String> steps(YamlType type) {
    return Arrays.stream(type.nodes());
  }

  private static Stream<String> fields(YamlType type) {
    return Arrays.stream(type.properties()).map(YamlProperty::name);
  }

  private static List<String> hint(Matcher complaint, Function<YamlType, Stream<String>> words) {
    return complaint.find() ? List.of(Nearest.hint(complaint.group(1), known(words))) : List.of();
  }

  private static Collection<String> known(Function<YamlType, Stream<String>> words) {
    TreeSet<String> known = new TreeSet<>();
    Arrays.stream(ModelDeserializers.class.getDeclaredClasses())
        .map(each -> each.getAnnotation(YamlType.class))
        .filter(type -> type != null)
        .flatMap(words)
        .forEach(known::add);
    return known;
  }
}
