package dev.metronome.telemetry.metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The table of docs/metrics.md. */
public final class DocumentedMetrics {

  private static final Pattern ROW =
      Pattern.compile("^\\| `([a-z_]+)(?:\\{([^}]*)})?` \\| ([a-z]+) \\|.*");

  private DocumentedMetrics() {}

  /** Type by name. */
  public static Map<String, String> types() throws IOException {
    Map<String, String> types = new TreeMap<>();
    for (String line : Files.readAllLines(Path.of("docs/metrics.md"))) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        types.put(row.group(1), row.group(3));
      }
    }
    return types;
  }

  /** The labels of each metric, in order, by its name. */
  public static Map<String, Set<String>> labels() throws IOException {
    Map<String, Set<String>> labels = new TreeMap<>();
    for (String line : Files.readAllLines(Path.of("docs/metrics.md"))) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        labels.put(
            row.group(1), row.group(2) == null ? Set.of() : Set.of(row.group(2).split(",", -1)));
      }
    }
    return labels;
  }

  /** The labels of a metric, or of a part of a histogram. */
  static Set<String> labels(String name) throws IOException {
    Map<String, Set<String>> all = labels();
    return all.getOrDefault(name, all.getOrDefault(family(name), Set.of()));
  }

  static String family(String name) {
    return name.replaceFirst("_(bucket|sum|count)$", "");
  }
}
