package dev.metronome.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metronome.base.file.ReloadedFiles;
import dev.metronome.config.Configuration;
import dev.metronome.config.ConfigurationException;
import dev.metronome.config.ConfigurationReader;
import dev.metronome.config.Machine;
import dev.metronome.model.record.Lane;
import dev.metronome.model.schedule.OperationTypes;
import dev.metronome.model.schedule.Pattern;
import dev.metronome.testing.LogLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Task files that change under a running agent. */
class TaskFilesTest {

  private static final String TASKS =
      """
      events:
        %s:
          task: greet
      tasks:
        greet:
          operations:
            - echo: {text: "hello {{role}}"}
      """;

  @TempDir Path folder;
  @AutoClose private final LogLines log = LogLines.of(ReloadedFiles.class);
  private final Map<String, String> flags = new HashMap<>();

  private Path pattern(String name, String event) throws IOException {
    return write("patterns/" + name + "/task.yml", TASKS.formatted(event));
  }

  private Path write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private TaskFiles read() {
    flags.putIfAbsent("files", "patterns/*/task.yml");
    TaskFiles files = TaskFiles.read(configuration(), OperationTypes.builtIn());
    log.taken();
    return files;
  }

  private Configuration configuration() {
    Machine machine = new Machine(Map.of(), folder, folder.resolve("etc"), folder.resolve("run"));
    return new ConfigurationReader(machine).read(Optional.empty(), flags, List.of());
  }

  /** Two looks: the first notices, the second finds it settled. */
  private static void look(TaskFiles files) {
    files.look();
    files.look();
  }

  @Test
  void a_changed_file_is_taken_once_it_has_settled() throws Exception {
    pattern("web", "deploy");
    TaskFiles files = read();

    pattern("web", "restart");
    files.look();
    assertThat(files.get().eventNames()).containsExactly("deploy");

    files.look();
    assertThat(files.get().eventNames()).containsExactly("restart");
    assertThat(log.taken()).containsExactly("INFO task-files state=reloaded changed=[web]");

    look(files);
    assertThat(log.taken()).isEmpty();
  }

  @Test
  void a_file_that_is_written_piece_by_piece_is_not_taken_for_a_broken_one() throws Exception {
    Path file = pattern("web", "deploy");
    TaskFiles files = read();

    Files.writeString(file, "events: {");
    files.look();
    Files.writeString(file, "restart: {task: go}}\n", StandardOpenOption.APPEND);
    files.look();
    Files.writeString(
        file, "tasks: {go: {operations: [echo: {text: go}]}}\n", StandardOpenOption.APPEND);
    look(files);

    assertThat(files.get().eventNames()).containsExactly("restart");
    assertThat(log.taken()).singleElement().asString().contains("state=reloaded");
  }

  @Test
  void a_broken_file_leaves_the_old_in_force_and_is_said_once_until_it_is_repaired()
      throws Exception {
    Path file = pattern("web", "deploy");
    TaskFiles files = read();

    Files.writeString(file, "events:\n  deploy:\n    tusk: gone\n");
    look(files);

    assertThat(files.get().eventNames()).containsExactly("deploy");
    assertThat(log.taken())
        .singleElement()
        .asString()
        .startsWith("SEVERE task-files state=broken pattern=web " + file + ":")
        .contains("error: ", "(and 1 more)")
        .endsWith("stays in force");

    look(files);
    Files.writeString(file, "events:\n  deploy:\n    tusk: gone\n"); // saved again as it was
    look(files);
    assertThat(log.taken()).isEmpty();

    pattern("web", "restart");
    look(files);
    assertThat(files.get().eventNames()).containsExactly("restart");
    assertThat(log.taken()).containsExactly("INFO task-files state=repaired changed=[web]");
  }

  @Test
  void a_repair_that_brings_back_what_is_in_force_is_said_too() throws Exception {
    Path file = pattern("web", "deploy");
    TaskFiles files = read();
    Files.writeString(file, "events: [");
    look(files);
    log.taken();

    pattern("web", "deploy");
    look(files);

    assertThat(log.taken())
        .singleElement()
        .asString()
        .startsWith("INFO task-files state=repaired changed=nothing patterns={web=");
  }

  @Test
  void one_broken_file_harms_its_own_pattern_alone() throws Exception {
    pattern("web", "deploy");
    pattern("app", "upgrade");
    TaskFiles files = read();

    pattern("web", "restart");
    write("patterns/app/task.yml", "tasks: 1\n");
    look(files);
    assertThat(files.get().eventNames()).containsExactly("upgrade", "restart");
    assertThat(files.faults()).containsOnlyKeys("app");
    assertThat(log.taken())
        .hasSize(2)
        .anyMatch(line -> line.matches("SEVERE .* pattern=app .*stays in force"))
        .contains("INFO task-files state=reloaded changed=[web]");

    pattern("app", "downgrade");
    look(files);
    assertThat(files.get().eventNames()).containsExactly("downgrade", "restart");
    assertThat(files.faults()).isEmpty();
    assertThat(log.taken()).containsExactly("INFO task-files state=repaired changed=[app]");
  }

  @Test
  void at_the_start_a_broken_file_is_named_and_left_out_and_the_others_run() throws Exception {
    pattern("web", "deploy");
    write("patterns/db/task.yml", "events:\n  deploy: {task: go}\n  backup: [\n");
    flags.put("files", "patterns/*/task.yml");
    TaskFiles files = TaskFiles.read(configuration(), OperationTypes.builtIn());

    assertThat(log.taken())
        .singleElement()
        .asString()
        .startsWith("SEVERE task-files state=broken pattern=db ")
        .contains("db/task.yml:", ": error: ", "left out until it is repaired");
    assertThat(files.isBroken()).isTrue();
    assertThat(files.get().patterns()).extracting(Pattern::name).containsExactly("web");

    pattern("db", "backup");
    look(files);
    assertThat(files.get().eventNames()).containsExactly("backup", "deploy");
    assertThat(log.taken()).containsExactly("INFO task-files state=repaired added=[db]");
  }

  @Test
  void an_event_is_not_run_without_the_part_that_a_broken_file_has_in_it() throws Exception {
    pattern("web", "deploy");
    write("patterns/db/task.yml", "events:\n  deploy: {task: go}\n  backup: [\n");
    TaskFiles files = read();

    assertThat(files.get().objection("deploy").orElseThrow())
        .startsWith("is also in pattern db, whose file cannot be used: ")
        .contains("db/task.yml:", ": error: ");
    assertThat(files.get().tasksOf("deploy")).isEmpty();
    assertThat(files.get().objection("backup")).isPresent();

    pattern("db", "backup");
    look(files);
    write("patterns/db/task.yml", "events:\n  deploy: {task: go}\n  backup: [\n");
    look(files);
    assertThat(files.get().objection("deploy")).as("in force as it was: without deploy").isEmpty();
    assertThat(files.get().tasksOf("deploy")).hasSize(1);
  }

  @Test
  void whoever_shows_the_files_hears_of_each_change_of_what_is_wrong_with_them() throws Exception {
    Path file = pattern("web", "deploy");
    TaskFiles files = read();
    List<Map<String, String>> heard = new ArrayList<>();
    files.listenToFaults(() -> heard.add(files.faults()));

    Files.writeString(file, "events: 1\n");
    look(files);
    look(files);
    pattern("web", "deploy");
    look(files);

    assertThat(heard).hasSize(2);
    assertThat(heard.get(0)).containsOnlyKeys("web");
    assertThat(heard.get(1)).isEmpty();
  }

  @Test
  void a_file_that_lacks_a_script_is_in_force_with_a_warning() throws Exception {
    Path file = pattern("web", "deploy");
    TaskFiles files = read();
    Files.writeString(
        file,
        """
        events: {deploy: {task: go}}
        tasks: {go: {operations: [execute: {file: bin/go}]}}
        """);
    look(files);
    assertThat(log.taken())
        .hasSize(2)
        .anyMatch(line -> line.matches("WARNING .*bin/go` does not exist.*the task fails"))
        .contains("INFO task-files state=reloaded changed=[web]");
  }

  @Test
  void of_two_limits_of_a_lane_the_lowest_is_in_force_with_a_warning() throws Exception {
    Path db = pattern("db", "migrate: {lane: {name: app, limit: 3}, task: greet}\n  other");
    TaskFiles files = read();
    Path web = pattern("web", "deploy: {lane: {name: app, limit: 2}, task: greet}\n  another");

    look(files);

    assertThat(files.get().laneOf("migrate").lane()).isEqualTo(new Lane("app", 2));
    assertThat(log.taken())
        .contains(
            "WARNING "
                + web
                + ":2:18: warning: lane `app` has the limit 2 here, and 3 in "
                + db
                + ":2:19; an agent goes by the lowest, keep one",
            "INFO task-files state=reloaded added=[web]");
  }

  @Test
  void a_new_file_of_a_glob_is_added_and_a_removed_one_is_gone() throws Exception {
    Path web = pattern("web", "deploy");
    TaskFiles files = read();

    pattern("app", "upgrade");
    look(files);
    assertThat(log.taken()).containsExactly("INFO task-files state=reloaded added=[app]");

    Files.delete(web);
    look(files);
    assertThat(files.get().defines("deploy")).isFalse();
    assertThat(log.taken()).containsExactly("INFO task-files state=reloaded removed=[web]");
  }

  @Test
  void a_file_that_is_named_without_a_wildcard_may_go_and_come_back() throws Exception {
    Path web = pattern("web", "deploy");
    flags.put("files", web.toString());
    TaskFiles files = read();

    Files.delete(web);
    look(files);
    assertThat(files.get().defines("deploy")).isFalse();
    assertThat(log.taken())
        .containsExactly(
            "WARNING " + web + ":1:1: warning: there is no such file",
            "INFO task-files state=reloaded removed=[web]");

    pattern("web", "deploy");
    look(files);
    assertThat(files.get().defines("deploy")).isTrue();
  }

  @Test
  void a_link_that_points_elsewhere_and_a_rename_are_noticed() throws Exception {
    pattern("one", "deploy");
    pattern("two", "restart");
    Path link = Files.createSymbolicLink(folder.resolve("web"), folder.resolve("patterns/one"));
    flags.put("files", folder.resolve("web/task.yml").toString());
    TaskFiles files = read();

    Path next = Files.createSymbolicLink(folder.resolve("next"), folder.resolve("patterns/two"));
    Files.move(next, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    look(files);
    assertThat(files.get().eventNames()).containsExactly("restart");

    Path draft = write("patterns/two/.task.yml.swp", TASKS.formatted("stop"));
    Files.setLastModifiedTime(
        draft, Files.getLastModifiedTime(folder.resolve("patterns/two/task.yml")));
    Files.move(draft, folder.resolve("patterns/two/task.yml"), StandardCopyOption.REPLACE_EXISTING);
    look(files);
    assertThat(files.get().eventNames()).containsExactly("stop");
  }

  @Test
  void changed_variables_are_taken() throws Exception {
    pattern("web", "deploy");
    Path variables = write("etc/variables.yml", "who: world\n");
    TaskFiles files = read();

    Files.writeString(variables, "who: moon\n");
    look(files);

    assertThat(files.get().variables().value("who")).hasValue("moon");
    assertThat(log.taken()).containsExactly("INFO task-files state=reloaded variables=changed");
  }

  @Test
  void variables_that_cannot_be_read_leave_everything_in_force() throws Exception {
    pattern("web", "deploy");
    Path variables = write("etc/variables.yml", "who: world\n");
    TaskFiles files = read();

    Files.writeString(variables, "who: [\n");
    pattern("web", "restart");
    look(files);
    assertThat(log.taken())
        .singleElement()
        .asString()
        .startsWith("SEVERE task-files state=broken " + variables + ":2:1: ");

    Files.delete(variables);
    look(files);
    assertThat(log.taken()).singleElement().asString().contains(variables + " does not exist");
    assertThat(files.get().eventNames()).containsExactly("deploy");
    assertThat(files.get().variables().value("who")).hasValue("world");
  }

  @Test
  void a_folder_that_cannot_be_searched_takes_no_file_away() throws Exception {
    pattern("web", "deploy");
    TaskFiles files = read();
    Path patterns = folder.resolve("patterns");

    Files.move(patterns, folder.resolve("kept"));
    Files.createSymbolicLink(patterns, patterns); // a loop: as good as a stale handle
    look(files);
    assertThat(files.get().defines("deploy")).isTrue();
    assertThat(log.taken())
        .singleElement()
        .asString()
        .contains("state=broken", patterns + " cannot be searched");

    Files.delete(patterns);
    Files.move(folder.resolve("kept"), patterns);
    look(files);
    assertThat(log.taken()).singleElement().asString().contains("state=repaired changed=nothing");
  }

  @Test
  void at_the_start_a_folder_that_cannot_be_searched_is_an_error() throws Exception {
    Files.createSymbolicLink(folder.resolve("patterns"), folder.resolve("patterns"));

    assertThatThrownBy(this::read)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("cannot be searched");
  }

  @Test
  void whoever_asks_is_answered_at_once_and_each_time() throws Exception {
    Path file = pattern("web", "deploy");
    TaskFiles files = read();

    files.reload(ReloadedFiles.Occasion.ASKED);
    assertThat(log.taken())
        .singleElement()
        .asString()
        .startsWith("INFO task-files state=reloaded changed=nothing patterns={web=");

    pattern("web", "restart");
    files.reload(ReloadedFiles.Occasion.ASKED);
    assertThat(files.get().eventNames()).containsExactly("restart");
    assertThat(log.taken()).containsExactly("INFO task-files state=reloaded changed=[web]");

    Files.writeString(file, "events: 1\n");
    files.reload(ReloadedFiles.Occasion.ASKED);
    files.reload(ReloadedFiles.Occasion.ASKED);
    assertThat(log.taken()).hasSize(2).allMatch(line -> line.contains("state=broken"));
    look(files);
    assertThat(log.taken()).isEmpty();
  }
}
