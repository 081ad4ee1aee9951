package dev.metronome;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * docs/dependencies.md as it follows from the build: names, versions and licences from the SBOM and
 * from what pom.xml unpacks, and the reasons from the page itself.
 */
final class DependencyPage {

  /** What a row has where somebody must say something. */
  static final String UNKNOWN = "(?)";

  private static final Pattern ROW =
      Pattern.compile("\\| `([^`]+)` \\| [^|]+ \\| (.+) \\| (.+) \\|");
  private static final Pattern UNPACKED =
      Pattern.compile(
          "<artifactItem>\\s*<groupId>([^<]+)</groupId>\\s*<artifactId>([^<]+)</artifactId>"
              + "\\s*<version>\\$\\{([^}]+)}");
  private static final String HEAD =
      """
      # What is in the jar

      All libraries, by what the build itself says: `DependenciesIT` compares this page with `target/metronome.sbom.json`, fails where they
      differ, and writes the page as it should be to `target/dependencies.md`. Only the reasons are written by hand. Where there are
      several licences, one may be chosen. Which advisories touch these versions, and what follows: [decision 19](adr/0019-advisories-judged-by-what-we-use.md).

      ## Taken

      | library | version | licence | why |
      |---|---|---|---|
      """;
  private static final String UNPACKED_HEAD =
      """

      ## Unpacked

      Files of other projects that are in the jar as they are; the SBOM does not know them.

      | library | version | licence | why |
      |---|---|---|---|
      """;
  private static final String BROUGHT_HEAD =
      """

      ## Brought

      What comes with these, by what asks for it.

      | library | version | licence | asked for by |
      |---|---|---|---|
      """;

  private final JsonNode sbom;
  private final String pom;

  /** Licence and reason of each row by its name, as they stand. */
  private final Map<String, List<String>> known = new TreeMap<>();

  private final Map<String, TreeSet<String>> askers = new TreeMap<>();

  DependencyPage(JsonNode sbom, String pom, String page) {
    this.sbom = sbom;
    this.pom = pom;
    Matcher rows = ROW.matcher(page);
    while (rows.find()) {
      known.put(rows.group(1), List.of(rows.group(2), rows.group(3)));
    }
    for (JsonNode node : sbom.path("dependencies")) {
      node.path("dependsOn")
          .forEach(
              it ->
                  askers
                      .computeIfAbsent(it.asText(), key -> new TreeSet<>())
                      .add(node.path("ref").asText()));
    }
  }

  /** The licences of a component, by their SPDX identifiers. */
  static List<String> licences(JsonNode component) {
    List<String> names = new ArrayList<>();
    for (JsonNode entry : component.path("licenses")) {
      JsonNode licence = entry.path("license");
      names.add(licence.path("id").asText(licence.path("name").asText(UNKNOWN)));
    }
    return names;
  }

  String text() {
    Map<String, String> taken = new TreeMap<>();
    Map<String, String> brought = new TreeMap<>();
    String ours = sbom.path("metadata").path("component").path("bom-ref").asText();
    for (JsonNode it : sbom.path("components")) {
      String name = it.path("group").asText() + ":" + it.path("name").asText();
      TreeSet<String> by = askers.getOrDefault(it.path("bom-ref").asText(), new TreeSet<>());
      boolean isTaken = by.contains(ours);
      String why = isTaken ? known(name, 1) : by.stream().map(this::shortName).collect(joining());
      String licence = String.join(" / ", licences(it));
      (isTaken ? taken : brought).put(name, row(name, it.path("version").asText(), licence, why));
    }
    return HEAD + rows(taken) + UNPACKED_HEAD + rows(unpacked()) + BROUGHT_HEAD + rows(brought);
  }

  private Map<String, String> unpacked() {
    Map<String, String> rows = new TreeMap<>();
    Matcher items = UNPACKED.matcher(pom);
    while (items.find()) {
      String name = items.group(1) + ":" + items.group(2);
      rows.put(name, row(name, property(items.group(3)), known(name, 0), known(name, 1)));
    }
    return rows;
  }

  private String property(String name) {
    String tag = "<" + name + ">";
    int start = pom.indexOf(tag) + tag.length();
    return pom.substring(start, pom.indexOf('<', start));
  }

  private String known(String name, int column) {
    return known.getOrDefault(name, List.of(UNKNOWN, UNKNOWN)).get(column);
  }

  /** Of {@code pkg:maven/group/name@version?type=jar} the name. */
  private String shortName(String reference) {
    return reference.replaceAll("^.*/|@.*$", "");
  }

  private static java.util.stream.Collector<CharSequence, ?, String> joining() {
    return Collectors.joining(", ");
  }

  private static String row(String name, String version, String licence, String why) {
    return "| `%s` | %s | %s | %s |\n".formatted(name, version, licence, why);
  }

  private static String rows(Map<String, String> rows) {
    return String.join("", rows.values());
  }
}
