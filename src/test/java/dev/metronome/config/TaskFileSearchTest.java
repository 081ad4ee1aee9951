package dev.metronome.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskFileSearchTest {
  @TempDir Path folder;
  private final List<String> warnings = new ArrayList<>();
  private Configurations sources;

  @BeforeEach
  void write_three_patterns() {
    sources = Configurations.in(folder);
    for (String name : List.of("web", "app", "db")) {
      sources.with("p/" + name + "/task.yml", "").with("p/" + name + "/roles/x.json", "");
    }
  }

  private List<String> found(String files) {
    return sources.flag("files", files).read().files(warnings::add).stream()
        .map(file -> folder.relativize(file).toString())
        .toList();
  }

  @Test
  void paths_keep_their_order_and_come_once() {
    assertThat(found("p/web/task.yml, p/app/task.yml,p/web/../web/task.yml"))
        .containsExactly("p/web/task.yml", "p/app/task.yml");
    assertThat(found(folder + "/p/db/task.yml")).containsExactly("p/db/task.yml");
    assertThat(warnings).isEmpty();
  }

  @Test
  void a_glob_is_sorted() {
    assertThat(found("p/*/task.yml"))
        .containsExactly("p/app/task.yml", "p/db/task.yml", "p/web/task.yml");
    assertThat(found("**/task.yml")).hasSize(3);
    assertThat(found(folder + "/p/[ad]*/task.yml"))
        .containsExactly("p/app/task.yml", "p/db/task.yml");
  }

  @Test
  void a_comma_within_braces_belongs_to_the_glob() {
    assertThat(found("p/{web,db}/task.yml")).containsExactly("p/db/task.yml", "p/web/task.yml");
  }

  @Test
  void a_yaml_list_is_as_good_as_commas() {
    String yaml = "files:\n  - p/web/task.yml\n  - p/{app,db}/task.yml\n";
    assertThat(sources.with("config/config.yml", yaml).read().files())
        .containsExactly(
            folder.resolve("p/web/task.yml"),
            folder.resolve("p/app/task.yml"),
            folder.resolve("p/db/task.yml"));
  }

  @Test
  void a_folder_that_nobody_may_read_hides_no_other() throws Exception {
    Path closed = Files.createDirectories(folder.resolve("p/lost+found"));
    Files.createSymbolicLink(folder.resolve("p/loop"), folder.resolve("p"));
    Files.createSymbolicLink(folder.resolve("p/dangling"), folder.resolve("nowhere"));
    Files.setPosixFilePermissions(closed, Set.of());
    try {
      assertThat(found("p/*/task.yml")).hasSize(3);
      assertThat(found("p/**/task.yml")).hasSize(3);
    } finally {
      Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
    }
  }

  @Test
  void what_matches_nothing_is_a_warning() {
    assertThat(found("p/none/task.yml,q/*/task.yml,p/*/none.yml")).isEmpty();
    assertThat(warnings)
        .containsExactly(
            "files: " + folder.resolve("p/none/task.yml") + " does not exist and is left out",
            "files: nothing matches q/*/task.yml",
            "files: nothing matches p/*/none.yml");
  }
}
