package dev.metronome;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/dependencies.md is what the build has put into the jar. */
class DependenciesIT {
  private static final Path PAGE = Path.of("docs/dependencies.md");
  private static final Path SBOM = Path.of("target/metronome.sbom.json");
  private static final Path MADE = Path.of("target/dependencies.md");

  /** Of several that a library has, one is chosen. */
  private static final Set<String> LICENCES =
      Set.of("Apache-2.0", "MIT", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "EPL-1.0", "EPL-2.0");

  private static JsonNode sbom() throws IOException {
    assertThat(SBOM).as("written by mvn package").exists();
    return new ObjectMapper().readTree(SBOM.toFile());
  }

  @Test
  void the_page_is_what_the_build_makes_of_it() throws IOException {
    String page = Files.readString(PAGE);
    String made = new DependencyPage(sbom(), Files.readString(Path.of("pom.xml")), page).text();
    Files.writeString(MADE, made);

    assertThat(page).as("cp %s %s", MADE, PAGE).isEqualTo(made);
  }

  @Test
  void each_has_its_reason() throws IOException {
    assertThat(Files.readString(PAGE)).doesNotContain(DependencyPage.UNKNOWN);
  }

  @Test
  void each_may_be_given_away() throws IOException {
    assertThat(sbom().path("components"))
        .isNotEmpty()
        .allSatisfy(it -> assertThat(DependencyPage.licences(it)).containsAnyElementsOf(LICENCES));
  }

  @Test
  void one_without_a_reason_or_without_a_row_is_found() throws IOException {
    JsonNode sbom = sbom();
    String pom = Files.readString(Path.of("pom.xml"));
    String page = Files.readString(PAGE);
    String row = row(page, "picocli");

    assertThat(row(new DependencyPage(sbom, pom, page).text(), "picocli")).isEqualTo(row);
    String without = page.replace(row + "\n", "");
    assertThat(row(new DependencyPage(sbom, pom, without).text(), "picocli"))
        .endsWith("| " + DependencyPage.UNKNOWN + " |");
  }

  private static String row(String page, String name) {
    try (Stream<String> lines = page.lines()) {
      return lines.filter(line -> line.contains(":" + name + "`")).findFirst().orElseThrow();
    }
  }
}
