package dev.metronome.model.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VariablesReaderTest {
  @TempDir private Path folder;

  @Test
  void values_are_texts_as_written() throws IOException {
    assertThat(read("a: 1.50\nb: yes\nc: '{{a}}'\n").variables())
        .containsExactly(Map.entry("a", "1.50"), Map.entry("b", "yes"), Map.entry("c", "{{a}}"));
  }

  @Test
  void an_empty_file_has_no_variables() throws IOException {
    assertThat(read("# none\n"))
        .isEqualTo(new VariablesReader.Reading(Map.of(), java.util.List.of()));
  }

  @Test
  void problems_are_those_of_the_section_in_a_task_file() throws IOException {
    VariablesReader.Reading reading = read("a: [1]\nb: '{{c}}'\nc: '{{b}}'\n");

    assertThat(reading.hasErrors()).isTrue();
    assertThat(reading.problems())
        .extracting(Problem::message)
        .containsExactly(
            "variable `a` must be text or a number, found a list",
            "variable `b` refers to itself: b -> c -> b");
  }

  @Test
  void a_file_that_is_no_mapping_is_an_error() throws IOException {
    assertThat(read("- a\n").problems())
        .extracting(Problem::message)
        .containsExactly("expected a mapping of names to values, found a list");
  }

  private VariablesReader.Reading read(String text) throws IOException {
    return VariablesReader.read(
        Files.writeString(folder.resolve("variables.yml"), text), Severity.WARNING);
  }
}
