package dev.metronome.config;

import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * One line of a {@link FlatYaml}.
 *
 * @param keyPlace file:line:column
 * @param valuePlace file:line:column
 */
record FlatYamlEntry(String key, Node value, String keyPlace, String valuePlace) {

  /** Whether nothing, or null, stands after the key. */
  boolean isAbsent() {
    return Tag.NULL.equals(value.getTag());
  }

  /**
   * The value as it was typed.
   *
   * @throws ConfigurationException if it is a list or a mapping
   */
  String text() {
    if (value instanceof ScalarNode scalar) {
      return scalar.getValue();
    }
    throw new ConfigurationException(
        valuePlace
            + ": `"
            + key
            + "` must be text, a number or true/false, found "
            + nameOf(value));
  }

  /**
   * The items of a list, with commas between them; a scalar as it was typed.
   *
   * @throws ConfigurationException if it is a mapping, or an item is not text
   */
  String items() {
    if (!(value instanceof SequenceNode sequence)) {
      return text();
    }
    List<String> items = new ArrayList<>();
    for (Node item : sequence.getValue()) {
      if (!(item instanceof ScalarNode scalar)) {
        throw new ConfigurationException(
            valuePlace + ": the items of `" + key + "` must be text, found " + nameOf(item));
      }
      items.add(scalar.getValue());
    }
    return String.join(",", items);
  }

  /**
   * The items of a list, or a scalar alone; none if it is absent.
   *
   * @throws ConfigurationException if it is a mapping, or an item is not text
   */
  List<String> all() {
    if (isAbsent()) {
      return List.of();
    }
    if (!(value instanceof SequenceNode sequence)) {
      return List.of(text());
    }
    return sequence.getValue().stream()
        .map(item -> new FlatYamlEntry(key, item, keyPlace, valuePlace).text())
        .toList();
  }

  static String nameOf(Node node) {
    return switch (node.getNodeId()) {
      case mapping -> "a mapping";
      case sequence -> "a list";
      default -> "text";
    };
  }
}
