package dev.metronome.model.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an event may come with, by the task files that declare it. */
class DeclaredParametersTest {
  private static final String TASKS = "tasks: {t: {operations: [{echo: {text: a}}]}}\n";

  @TempDir Path folder;

  private Path pattern(String name, String parameters) throws Exception {
    Path file = Files.createDirectories(folder.resolve(name)).resolve("task.yml");
    Files.writeString(file, "events: {deploy: {" + parameters + "task: t}}\n" + TASKS);
    return file;
  }

  private static Schedule schedule(Path... files) {
    ScheduleReader.Reading reading =
        new ScheduleReader(OperationTypes.builtIn(), Variables.none()).read(List.of(files));
    assertThat(reading.problems()).isEmpty();
    return reading.schedule();
  }

  private static String objection(Schedule schedule, Map<String, String> params) {
    return schedule.objection("deploy", params).orElse("");
  }

  @Test
  void without_a_declaration_an_event_takes_all() throws Exception {
    assertThat(objection(schedule(pattern("a", "")), Map.of("any", "thing"))).isEmpty();
    assertThat(objection(schedule(), Map.of("any", "thing"))).isEmpty();
  }

  @Test
  void an_empty_declaration_takes_none() throws Exception {
    assertThat(objection(schedule(pattern("a", "parameters: {}, ")), Map.of("version", "1")))
        .isEqualTo("parameter `version` is not declared; the event takes none");
  }

  @Test
  void everything_that_is_wrong_is_said_at_once_and_never_a_value() throws Exception {
    Schedule schedule =
        schedule(
            pattern(
                "a",
                "parameters: {version: {required: true, description: what to install},"
                    + " password: {pattern: '[a-z]{4}'}}, "));
    assertThat(objection(schedule, Map.of("verison", "1.0", "password", "s3cret-canary")))
        .isEqualTo(
            "parameter `verison` is not declared; did you mean `version`?; parameter `version` is"
                + " missing (what to install); the value of parameter `password` is not as a whole"
                + " of the pattern `[a-z]{4}`");
    assertThat(objection(schedule, Map.of("zzzzzz", "1", "version", "")))
        .isEqualTo("parameter `zzzzzz` is not declared; declared: password, version");
  }

  @Test
  void a_value_matches_as_a_whole() throws Exception {
    Schedule schedule = schedule(pattern("a", "parameters: {version: {pattern: '[0-9.]+'}}, "));
    assertThat(objection(schedule, Map.of("version", "1.4.2"))).isEmpty();
    assertThat(objection(schedule, Map.of())).isEmpty();
    for (String value : List.of("", "1.4.2; reboot", "v1", "1\n", "1\n2")) {
      assertThat(objection(schedule, Map.of("version", value))).as(value).contains("as a whole");
    }
  }

  @Test
  void declarations_of_several_patterns_hold_together() throws Exception {
    Schedule schedule =
        schedule(
            pattern("a", "parameters: {version: {pattern: '[0-9.]+', description: what}}, "),
            pattern("b", "parameters: {version: {required: true, pattern: '.{3}'}, note: }, "),
            pattern("c", ""));
    assertThat(objection(schedule, Map.of("version", "1.4", "note", "x"))).isEmpty();
    assertThat(objection(schedule, Map.of())).isEqualTo("parameter `version` is missing (what)");
    assertThat(objection(schedule, Map.of("version", "1.4.2"))).contains("`.{3}`");
    assertThat(objection(schedule, Map.of("version", "a.4"))).contains("`[0-9.]+`");
    assertThat(schedule.parametersOf("deploy").all().keySet()).containsExactly("version", "note");
  }

  @Test
  void a_pattern_that_tries_without_end_refuses_rather_than_hold_up() {
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(30),
        () -> {
          assertThat(WholeMatch.of("(.*a){25}b", "a".repeat(60))).isFalse();
          assertThat(WholeMatch.of("(a|b)*", "ab".repeat(30_000))).isFalse();
          assertThat(WholeMatch.of("[ab]*", "ab".repeat(30_000))).isTrue();
        });
  }

  @Test
  void a_long_list_of_objections_is_cut() throws Exception {
    Map<String, String> params =
        IntStream.range(0, 9)
            .boxed()
            .collect(Collectors.toMap(it -> "zzzzzzz" + it, it -> "1", (a, b) -> a));
    assertThat(objection(schedule(pattern("a", "parameters: {}, ")), params))
        .contains("`zzzzzzz4`", "; and 4 more")
        .doesNotContain("`zzzzzzz5`");
  }
}
