package dev.metronome.model.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class InvalidFilesTest {
  @ParameterizedTest
  @MethodSource("dev.metronome.model.schedule.InvalidFiles#names")
  void says_what_is_wrong_and_where(String name, @TempDir Path scratch) throws IOException {
    assertThat(InvalidFiles.found(name, scratch)).isEqualTo(InvalidFiles.expected(name));
  }

  @Test
  void every_row_of_the_table_has_a_file() {
    assertThat(InvalidFiles.names().stream().map(it -> Integer.valueOf(it.substring(0, 2))))
        .containsAll(IntStream.rangeClosed(1, 38).boxed().toList());
  }
}
