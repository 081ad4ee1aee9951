package dev.metronome.model.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScheduleReaderTest {
  private static final String TASKS = "tasks:\n  setup:\n    operations:\n      - echo: hello\n";

  @TempDir private Path folder;

  @Test
  void no_files_are_an_empty_schedule() {
    ScheduleReader.Reading reading = read();

    assertThat(reading.schedule().eventNames()).isEmpty();
    assertThat(reading.summary()).isEqualTo("0 errors in 0 files");
  }

  @Test
  void patterns_of_an_event_follow_each_other_by_priority_and_then_by_the_order_of_files()
      throws IOException {
    Path late = file("late", "events: {deploy: {priority: 60, task: setup}}\n" + TASKS);
    Path second = file("second", "events: {deploy: {task: setup}}\n" + TASKS);
    Path third = file("third", "events: {deploy: {priority: 50, task: setup}}\n" + TASKS);
    Path first = file("first", "events: {deploy: {priority: 0, task: setup}}\n" + TASKS);

    Schedule schedule = read(late, second, third, first).schedule();

    assertThat(schedule.tasksOf("deploy"))
        .extracting(it -> it.no() + " " + it.pattern())
        .containsExactly("0 first", "1 second", "2 third", "3 late");
    assertThat(schedule.defines("deploy")).isTrue();
    assertThat(schedule.tasksOf("other")).isEmpty();
  }

  @Test
  void a_file_with_an_error_is_left_out_and_the_others_stay() throws IOException {
    Path good = file("good", "events: {deploy: {task: setup}}\n" + TASKS);
    Path bad = file("bad", "events: {deploy: {tusk: setup}}\n" + TASKS);

    ScheduleReader.Reading reading = read(bad, good);

    assertThat(reading.hasErrors()).isTrue();
    assertThat(reading.schedule().patterns()).extracting(Pattern::name).containsExactly("good");
  }

  @Test
  void an_event_that_names_an_undefined_task_cannot_be_run_and_harms_no_other() throws IOException {
    Path file = file("web", "events: {deploy: {task: stup}, setup: {task: setup}}\n" + TASKS);
    Path other = file("db", "events: {deploy: {priority: 1, task: setup}}\n" + TASKS);

    Schedule schedule = read(file, other).schedule();

    assertThat(schedule.defines("deploy")).isTrue();
    assertThat(schedule.tasksOf("deploy")).as("not even the part that could").isEmpty();
    assertThat(schedule.objection("deploy").orElseThrow())
        .contains("`stup`", "is not defined", file + ":1:");
    assertThat(schedule.objection("setup")).isEmpty();
    assertThat(schedule.tasksOf("setup")).hasSize(1);
  }

  @Test
  void a_file_that_is_no_yaml_still_tells_its_events() throws IOException {
    Path good = file("good", "events: {deploy: {task: setup}}\n" + TASKS);
    Path bad =
        file(
            "bad",
            "events: # all\n  deploy:\n    task: go\n  'roll back':\n    task: [\ntasks:\n  x: 1\n");

    Schedule schedule = read(bad, good).schedule();

    assertThat(schedule.broken().get(0).events()).containsExactlyInAnyOrder("deploy", "roll back");
    assertThat(schedule.objection("deploy")).isPresent();
    assertThat(schedule.tasksOf("deploy")).isEmpty();
  }

  @Test
  void a_missing_file_is_a_warning_unless_it_was_asked_for() {
    Path missing = folder.resolve("p/task.yml");

    assertThat(read(missing).problems())
        .singleElement()
        .hasToString(missing + ":1:1: warning: there is no such file");
    assertThat(reader().read(List.of(missing), Severity.ERROR).hasErrors()).isTrue();
  }

  @Test
  void a_file_that_is_named_twice_is_read_once() throws IOException {
    Path file = file("good", "events: {deploy: {task: setup}}\n" + TASKS);

    ScheduleReader.Reading reading = read(file, folder.resolve("good/../good/task.yml"));

    assertThat(reading.problems()).isEmpty();
    assertThat(reading.files()).isEqualTo(1);
  }

  @Test
  void an_event_that_is_too_long_through_several_patterns_is_an_error_in_each() throws IOException {
    String half = "events: {x: {ordered_tasks: [" + "{task: setup}, ".repeat(501) + "]}}\n" + TASKS;

    ScheduleReader.Reading reading = read(file("a", half), file("b", half));

    assertThat(reading.problems())
        .hasSize(2)
        .allSatisfy(
            it ->
                assertThat(it.message())
                    .isEqualTo(
                        "event `x` expands to 1,002 steps (limit 1,000) through all 2 patterns"));
    assertThat(reading.schedule().patterns()).isEmpty();
  }

  @Test
  void an_operation_that_was_dropped_in_is_known() throws IOException {
    Path file =
        file(
            "p",
            """
            events: {deploy: {task: a}}
            default: {http: {method: GET}}
            tasks: {a: {operations: [{http: {url: x, expect: 200}}, {http: }]}}
            """);
    OperationTypes types = OperationTypes.builtIn().and(Set.of("http"));

    ScheduleReader.Reading reading =
        new ScheduleReader(types, Variables.none()).read(List.of(file));

    assertThat(reading.problems()).isEmpty();
    assertThat(reading.schedule().task("p", "a").orElseThrow().operations())
        .extracting(Operation::arguments)
        .containsExactly(
            Map.of("url", "x", "expect", "200", "method", "GET"), Map.of("method", "GET"));
  }

  @Test
  void an_unreadable_file_is_an_error_and_no_exception() throws IOException {
    Path file = file("p", "events: {}\n");
    org.junit.jupiter.api.Assumptions.assumeTrue(
        file.toFile().setReadable(false) && !Files.isReadable(file), "root reads everything");

    assertThat(read(file).problems())
        .singleElement()
        .hasToString(file + ":1:1: error: " + file + " is not readable by this user");
  }

  @Test
  void problems_are_bounded_however_much_is_wrong() throws IOException {
    Path file = file("p", "tasks:\n" + "  {x}: 1\n".repeat(5_000).replace("{x}", "a/b"));

    assertThat(read(file).problems()).hasSizeBetween(1, 1_001);
  }

  @Test
  void content_never_makes_it_throw() throws IOException {
    String valid = Files.readString(Path.of("src/test/resources/valid/everything/task.yml"));
    Random random = new Random(1);
    for (int round = 0; round < 500; round++) {
      Path file = file("p", mutated(valid, random));

      assertThat(read(file).files()).isEqualTo(1);
    }
  }

  private static String mutated(String text, Random random) {
    List<String> lines = new ArrayList<>(text.lines().toList());
    for (int change = random.nextInt(3); change >= 0; change--) {
      int at = random.nextInt(lines.size());
      String line = lines.get(at);
      switch (random.nextInt(4)) {
        case 0 -> lines.remove(at);
        case 1 -> lines.add(random.nextInt(lines.size()), line);
        case 2 -> lines.set(at, " ".repeat(random.nextInt(3)) + line);
        default -> {
          String noise = ":-{}[]\"'&*!|>%@\t#?,\0\u2028\uD83D\uDE00".repeat(2);
          int column = random.nextInt(line.length() + 1);
          int from = random.nextInt(noise.length() - 1);
          lines.set(at, line.substring(0, column) + noise.charAt(from) + line.substring(column));
        }
      }
    }
    return String.join("\n", lines);
  }

  private ScheduleReader.Reading read(Path... files) {
    return reader().read(List.of(files));
  }

  private static ScheduleReader reader() {
    return new ScheduleReader(OperationTypes.builtIn(), Variables.none());
  }

  private Path file(String pattern, String text) throws IOException {
    Path file = Files.createDirectories(folder.resolve(pattern)).resolve("task.yml");
    return Files.write(file, text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }
}
