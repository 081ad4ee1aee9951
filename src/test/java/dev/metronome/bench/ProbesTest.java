package dev.metronome.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ProbesTest {

  private static final Path PAGE = Path.of("docs", "performance.md");

  @Test
  void the_page_of_figures_names_the_probe_of_each_and_no_other() throws IOException {
    String measured = Files.readString(PAGE).split("\n## What is measured\n", 2)[1];
    Matcher probe = Pattern.compile("(?m)^\\| `([a-z-]+)` \\|").matcher(measured);
    Set<String> named = new TreeSet<>();
    while (probe.find()) {
      named.add(probe.group(1));
    }
    assertThat(named).containsExactlyInAnyOrderElementsOf(Probes.all().keySet());
  }
}
