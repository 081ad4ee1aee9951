package dev.metronome;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/protocol.md names what the code has. */
class ProtocolPageTest {

  private static final Path SOURCES = Path.of("src/main/java");
  private static final Pattern NAMED = Pattern.compile("new Transaction\\(\\s*\"([^\"]+)\"");
  private static final Pattern CITED = Pattern.compile("docs/protocol\\.md,\\s+\"([^\"]+)\"");

  private final String page = read(Path.of("docs/protocol.md"));

  @Test
  void every_transaction_of_the_code_has_its_row_and_no_other_is_there() {
    assertThat(rows()).isEqualTo(inSources(NAMED));
  }

  @Test
  void every_heading_that_the_code_cites_is_there() {
    Set<String> headings =
        page.lines()
            .filter(line -> line.startsWith("## "))
            .map(line -> line.substring(3))
            .collect(Collectors.toSet());
    assertThat(headings).containsAll(inSources(CITED));
  }

  private Set<String> rows() {
    String table = page.substring(page.indexOf("## Transactions"), page.indexOf("## Sessions"));
    return table
        .lines()
        .filter(line -> line.startsWith("| ") && !line.startsWith("| transaction "))
        .flatMap(line -> Stream.of(line.split("\\|", -1)[1].trim().split(", ", -1)))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> inSources(Pattern pattern) {
    Set<String> found = new TreeSet<>();
    try (Stream<Path> files = Files.walk(SOURCES)) {
      files
          .filter(file -> file.toString().endsWith(".java"))
          .forEach(
              file -> {
                Matcher matcher = pattern.matcher(read(file).replaceAll("\\n\\s*\\*?\\s*", " "));
                while (matcher.find()) {
                  found.add(matcher.group(1));
                }
              });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
