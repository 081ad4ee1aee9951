package dev.metronome;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is written is found, and leads somewhere. */
class DocumentsTest {

  private static final Path DOCS = Path.of("docs");
  private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:|mailto:)([^)#\\s]+)");
  private static final Pattern STATUS =
      Pattern.compile("Status: (accepted|superseded by \\[?\\d+).*\\d{4}-\\d{2}-\\d{2}.*");

  /** A command, a metric, an endpoint, an argument, a way to roll out. */
  private static final List<Integer> MOST_FILES = List.of(2, 2, 3, 3, 8);

  private static final Pattern NAME = Pattern.compile("`([\\w./-]+\\.\\w+)`");

  @Test
  void the_index_names_every_page() throws IOException {
    String index = Files.readString(DOCS.resolve("README.md"));
    try (Stream<Path> files = Files.list(DOCS)) {
      assertThat(files.filter(Files::isRegularFile).map(file -> file.getFileName().toString()))
          .filteredOn(name -> !name.equals("README.md"))
          .allSatisfy(name -> assertThat(index).contains("(" + name + ")"));
    }
  }

  @Test
  void every_decision_ends_with_its_status_and_the_date() throws IOException {
    for (Path decision : pages(DOCS.resolve("adr"))) {
      List<String> lines = Files.readAllLines(decision);
      assertThat(lines.get(lines.size() - 1)).as("%s", decision).matches(STATUS);
    }
  }

  @Test
  void every_link_between_pages_leads_to_a_file() throws IOException {
    TreeSet<String> broken = new TreeSet<>();
    for (Path page : pages(DOCS)) {
      collectBroken(page, broken);
    }
    for (String page : List.of("README.md", "CONTRIBUTING.md", "SECURITY.md")) {
      collectBroken(Path.of(page), broken);
    }
    assertThat(broken).isEmpty();
  }

  private static void collectBroken(Path page, Set<String> broken) throws IOException {
    Matcher links = LINK.matcher(Files.readString(page));
    while (links.find()) {
      if (!Files.exists(page.resolveSibling(links.group(1)))) {
        broken.add(page + " -> " + links.group(1));
      }
    }
  }

  @Test
  void the_changes_to_begin_with_name_files_that_there_are_and_few() throws IOException {
    String page = Files.readString(Path.of("CONTRIBUTING.md"));
    int begin = page.indexOf("\n## Five changes to begin with");
    String chapter = page.substring(begin, page.indexOf("\n## ", begin + 1));
    List<List<String>> rows =
        chapter
            .lines()
            .filter(line -> line.startsWith("| ") && line.contains("`"))
            .map(DocumentsTest::named)
            .toList();
    assertThat(rows).hasSameSizeAs(MOST_FILES);
    for (int row = 0; row < rows.size(); row++) {
      assertThat(rows.get(row)).as("row %d", row).hasSizeBetween(1, MOST_FILES.get(row));
    }
    assertThat(named(chapter))
        .allSatisfy(
            name ->
                assertThat(List.of(Path.of(name), Path.of("src/main/java/dev/metronome", name)))
                    .as(name)
                    .anyMatch(Files::isRegularFile));
  }

  private static List<String> named(String text) {
    return NAME.matcher(text).results().map(found -> found.group(1)).toList();
  }

  private static List<Path> pages(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".md")).sorted().toList();
    }
  }
}
