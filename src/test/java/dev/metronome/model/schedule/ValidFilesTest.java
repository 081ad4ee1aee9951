package dev.metronome.model.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.metronome.model.record.Parameter;
import dev.metronome.model.record.Part;
import dev.metronome.model.record.Reason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ValidFilesTest {
  private static final Path FILE = Path.of("src/test/resources/valid/everything/task.yml");

  private final ScheduleReader.Reading reading =
      new ScheduleReader(OperationTypes.builtIn(), Variables.none()).read(List.of(FILE));
  private final Schedule schedule = reading.schedule();
  private final Pattern pattern = schedule.pattern("everything").orElseThrow();

  @Test
  void a_file_with_everything_in_it_has_no_problems() {
    assertThat(reading.problems()).isEmpty();
    assertThat(reading.hasErrors()).isFalse();
    assertThat(reading.summary()).isEqualTo("0 errors in 1 file");
  }

  @Test
  void a_file_needs_no_more_than_an_event_and_a_task() {
    Path file = Path.of("src/test/resources/valid/minimal/task.yml");

    assertThat(new ScheduleReader(OperationTypes.builtIn(), Variables.none()).read(List.of(file)))
        .satisfies(it -> assertThat(it.problems()).isEmpty())
        .satisfies(it -> assertThat(it.schedule().tasksOf("configure")).hasSize(1));
  }

  @Test
  void a_pattern_is_its_folder_and_the_digest_of_its_file() {
    assertThat(pattern.directory()).isEqualTo(FILE.toAbsolutePath().getParent());
    assertThat(pattern.file()).isEqualTo(FILE);
    assertThat(pattern.digest()).matches("[0-9a-f]{64}");
  }

  @Test
  void what_takes_back_stands_behind_the_tasks_and_what_runs_at_the_end_behind_it() {
    assertThat(schedule.tasksOf("configure"))
        .extracting(
            ScheduledTask::no, ScheduledTask::name, ScheduledTask::part, ScheduledTask::undoes)
        .containsExactly(
            tuple(0, "configure_db", Optional.empty(), Optional.empty()),
            tuple(1, "configure_ap", Optional.empty(), Optional.empty()),
            tuple(2, "notify", Optional.empty(), Optional.empty()),
            tuple(3, "configure_ap", Optional.of(Part.UNDO), Optional.of(1)),
            tuple(4, "notify", Optional.of(Part.FINALLY), Optional.empty()));
    assertThat(schedule.tasksOf("configure").get(3).task().operations())
        .extracting(Operation::type)
        .containsExactly("execute");
    assertThat(
            schedule
                .tasksOf("configure")
                .get(3)
                .planned(own -> own, true)
                .rollout()
                .skipUnreachable())
        .as("a node that has taken the task is never left out by its undo")
        .isFalse();
  }

  @Test
  void scalars_are_texts_as_written() {
    assertThat(pattern.variables())
        .containsEntry("keep", "7")
        .containsEntry("verbose", "yes")
        .containsEntry("ratio", "1.50");
    assertThat(pattern.environments()).containsEntry("RETRIES", "3");
    assertThat(arguments("configure_ap", 0))
        .containsEntry("arguments", List.of("--keep", "7", "true"));
    assertThat(arguments("configure_ap", 1)).containsEntry("value", "true");
  }

  @Test
  void an_event_is_its_steps_with_their_filters_and_settings() {
    EventDefinition configure = pattern.events().get("configure");

    assertThat(configure.priority()).isEqualTo(10);
    assertThat(configure.tasks())
        .extracting(OrderedTask::task, OrderedTask::filter, OrderedTask::skippable)
        .containsExactly(
            tuple("configure_db", filter("db", "primary"), Optional.of(false)),
            tuple("configure_ap", filter("ap", null), Optional.empty()),
            tuple(
                "notify",
                Optional.of(
                    new Filter(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of("Node.Meta.rack != \"r9\""))),
                Optional.empty()));
    assertThat(configure.tasks().get(0).position()).hasToString(FILE + ":44:9");
  }

  @Test
  void an_event_declares_its_parameters() {
    assertThat(pattern.events().get("setup").parameters().isAny()).isTrue();
    assertThat(pattern.parameters().get("configure"))
        .containsOnly(
            entry(
                "version",
                new Parameter(true, Optional.of("[0-9.]+"), Optional.of("what to install"))),
            entry("port", new Parameter(false, Optional.of("8080"), Optional.empty())),
            entry("note", new Parameter(false, Optional.empty(), Optional.empty())));
  }

  @Test
  void an_event_with_a_single_task_is_for_every_node() {
    EventDefinition setup = pattern.events().get("setup");

    assertThat(setup.priority()).isEqualTo(50);
    assertThat(setup.tasks()).singleElement().extracting(OrderedTask::filter).isEqualTo(noFilter());
  }

  @Test
  void a_task_has_its_own_timeout_or_the_default_of_the_file() {
    assertThat(task("configure_db").timeout()).isEqualTo(Duration.ofMinutes(2));
    assertThat(task("setup").timeout()).isEqualTo(Duration.ofMinutes(10));
  }

  @Test
  void a_task_is_run_once_unless_it_is_declared_retryable() {
    assertThat(task("setup").crashRetry()).isEqualTo(CrashRetry.NEVER);
    assertThat(task("configure_db").crashRetry())
        .isEqualTo(new CrashRetry(true, 3, Duration.ofSeconds(5)));
  }

  @Test
  void a_task_is_tried_once_unless_it_says_retry() {
    assertThat(task("setup").retry()).isEqualTo(Retry.NEVER);
    assertThat(task("configure_db").retry())
        .isEqualTo(
            new Retry(
                Set.of(Reason.FAILED, Reason.TIMEOUT),
                3,
                Duration.ofSeconds(10),
                Duration.ofMinutes(5)));
    assertThat(task("configure_ap").retry())
        .isEqualTo(
            new Retry(Set.of(Reason.TIMEOUT), 2, Duration.ofSeconds(2), Duration.ofMinutes(1)));
  }

  @Test
  void unreachable_nodes_fail_a_task_unless_the_step_or_the_task_says_skip() {
    assertThat(schedule.tasksOf("configure"))
        .filteredOn(task -> task.part().isEmpty())
        .extracting(ScheduledTask::name, ScheduledTask::unreachable)
        .containsExactly(
            tuple("configure_db", Unreachable.FAIL),
            tuple("configure_ap", Unreachable.SKIP),
            tuple("notify", Unreachable.FAIL));
  }

  @Test
  void a_task_runs_as_the_account_that_it_names() {
    assertThat(task("configure_ap").runAs()).contains("deploy");
    assertThat(task("configure_db").runAs()).isEmpty();
  }

  @Test
  void operations_have_the_defaults_that_they_do_not_override() {
    assertThat(arguments("setup", 0))
        .containsEntry("attribute_keys", List.of("tomcat/attributes"))
        .containsEntry("configurations", Map.of("ssl_verify_mode", ":verify_none"));
    assertThat(arguments("configure_db", 1)).containsEntry("output", "false");
    assertThat(arguments("configure_ap", 0)).containsEntry("output", "true");
  }

  @Test
  void attributes_of_chef_keep_their_types() {
    Map<String, Object> expected = new LinkedHashMap<>();
    expected.put("port", 8080L);
    expected.put("ratio", 0.5);
    expected.put("secure", true);
    expected.put("name", "8080");
    expected.put("none", null);
    expected.put("list", Arrays.asList(1L, "two"));

    assertThat(arguments("setup", 0)).containsEntry("attributes", expected);
  }

  @Test
  void arguments_may_be_a_single_text() {
    assertThat(task("notify").operations().get(1).arguments()).isEqualTo("done");
  }

  @SuppressWarnings("unchecked")
  private Map<String, Object> arguments(String task, int operation) {
    return (Map<String, Object>) task(task).operations().get(operation).arguments();
  }

  private TaskDefinition task(String name) {
    return schedule.task("everything", name).orElseThrow();
  }

  private static Optional<Filter> filter(String service, String tag) {
    return Optional.of(
        new Filter(Optional.of(service), Optional.ofNullable(tag), Optional.empty()));
  }

  private static Optional<Filter> noFilter() {
    return Optional.empty();
  }

  private static org.assertj.core.groups.Tuple tuple(Object... values) {
    return org.assertj.core.groups.Tuple.tuple(values);
  }
}
