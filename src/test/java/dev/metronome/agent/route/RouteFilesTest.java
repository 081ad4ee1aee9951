package dev.metronome.agent.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RouteFilesTest {

  @TempDir private Path folder;

  private List<String> edited() {
    return RouteFiles.of(Optional.of(folder)).edited();
  }

  private void copy(String route, String added) throws IOException {
    String file = route + ".camel.yaml";
    Files.writeString(folder.resolve(file), Files.readString(Path.of("routes", file)) + added);
  }

  @Test
  void a_route_that_decides_is_edited_if_its_file_is_not_as_in_the_jar() throws IOException {
    assertThat(RouteFiles.of(Optional.empty()).edited()).isEmpty();
    copy("select-targets", "");
    copy("event-finished", "# an alert\n");
    assertThat(edited()).as("a mere copy, and a hook").isEmpty();

    copy("select-targets", "# not on rack r9\n");
    copy("plan", "# not on Fridays\n");

    assertThat(edited()).containsExactly("plan", "select-targets");
  }

  @Test
  void every_file_of_the_jar_is_known_by_name() {
    assertThat(RouteFiles.builtIn()).isEqualTo(RouteFiles.names(Path.of("routes")));
  }
}
