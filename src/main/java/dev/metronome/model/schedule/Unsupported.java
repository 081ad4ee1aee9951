package dev.metronome.model.schedule;

import java.util.Optional;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;

/** The parts of YAML that task files do not have: anchors, merge keys and explicit tags. */
final class Unsupported {
  private Unsupported() {}

  /** Why a key cannot be used, if so. */
  static Optional<String> inKey(ScalarEvent key) {
    if (key.isPlain() && key.getValue().equals("<<")) {
      return Optional.of("YAML merge keys (`<<`) are not supported here; write the values out");
    }
    if (key.getValue().isEmpty()) {
      return Optional.of("a key must not be empty");
    }
    if (key.getValue().indexOf('\0') >= 0) {
      return Optional.of("NUL is not allowed in a key");
    }
    return in(key);
  }

  /** Why a value cannot be used, if so. */
  static Optional<String> in(Event event) {
    String anchor = event instanceof NodeEvent it ? it.getAnchor() : null;
    if (anchor != null) {
      return Optional.of(
          "YAML anchors are not supported here; remove `&" + Shown.plain(anchor) + "`");
    }
    String tag = null;
    if (event instanceof ScalarEvent scalar) {
      tag = scalar.getTag();
    } else if (event instanceof CollectionStartEvent collection) {
      tag = collection.getTag();
    }
    return Optional.ofNullable(tag).map(it -> "explicit tag " + tagName(it) + " is not allowed");
  }

  private static String tagName(String tag) {
    String yaml = "tag:yaml.org,2002:";
    return Shown.text(tag.startsWith(yaml) ? "!!" + tag.substring(yaml.length()) : tag);
  }
}
