package dev.metronome.pipeline.execute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.NodeSelector;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Rollout;
import dev.metronome.model.schedule.OperationTypes;
import dev.metronome.model.schedule.ScheduleReader;
import dev.metronome.model.schedule.VariableSource;
import dev.metronome.model.schedule.Variables;
import dev.metronome.model.signature.EventSignatures;
import dev.metronome.pipeline.process.BoundedOutput;
import dev.metronome.testing.Records;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What tasks of several patterns and events know of each other on one node. */
class TaskVariablesTest {

  private static final String TASK =
      """
      environments: %s
      variables: %s
      events: {deploy: {task: t}}
      tasks: {t: {operations: [{echo: x}]}}
      """;

  @TempDir Path folder;
  private final List<Path> files = new ArrayList<>();
  private TaskRuns runs;

  private void pattern(String name, String environments, String variables) throws IOException {
    Path file = folder.resolve(name + "/task.yml");
    Files.createDirectories(file.getParent());
    files.add(Files.writeString(file, TASK.formatted(environments, variables)));
  }

  private TaskRun begun(String pattern, String eventId) {
    if (runs == null) {
      Variables own =
          Variables.none().with(VariableSource.CONFIG, Map.of("config.host", "c1", "role", "web"));
      ScheduleReader.Reading reading =
          new ScheduleReader(OperationTypes.builtIn(), own).read(files);
      assertThat(reading.hasErrors()).as("%s", reading.problems()).isFalse();
      runs =
          new TaskRuns(
              reading::schedule,
              Map.of("PATH", "/bin"),
              Map::of,
              () -> Map.of("config.token", "s3cret-token"),
              "a",
              () -> new BoundedOutput(4_096, Clock.systemUTC()),
              RunAs.otherwise(Optional.empty()),
              id -> 1,
              EventSignatures.none(),
              List.of());
    }
    Optional<String> none = Optional.empty();
    PlannedTask task =
        new PlannedTask(
            0, pattern, "t", new NodeSelector(none, none), new Rollout(true, false, false, 1));
    Event event = Event.of(eventId, "deploy", Map.of(), Records.NOON, "fire", "me");
    Exchange exchange = new DefaultExchange(new DefaultCamelContext());
    runs.begin(Assignment.of(event, task, 1, Records.NOON), exchange);
    return exchange.getProperty(TaskRun.PROPERTY, TaskRun.class);
  }

  @Test
  void a_captured_variable_lives_on_for_later_events() throws Exception {
    pattern("web", "{}", "{}");
    begun("web", "e1").capture("version", "1.2");

    TaskRun later = begun("web", "e2");
    assertThat(later.variables().resolve("{{version}}")).isEqualTo("1.2");
    assertThat(later.environment()).containsEntry("METRONOME_VAR_VERSION", "1.2");

    later.capture("version", "1.3");
    assertThat(begun("web", "e3").variables().resolve("{{version}}")).isEqualTo("1.3");
  }

  @Test
  void what_earlier_events_captured_leaves_room_to_start_a_program() throws Exception {
    pattern("web", "{}", "{}");
    TaskRun first = begun("web", "e1");
    first.capture("large", "x".repeat(100_000));
    assertThat(first.environment()).containsKey("METRONOME_VAR_LARGE");
    for (int no = 0; no < 100; no++) {
      first.capture("some" + no, "y".repeat(10_000));
    }

    TaskRun later = begun("web", "e2");
    assertThat(later.variables().resolve("{{large}}")).hasSize(100_000);
    assertThat(later.environment())
        .doesNotContainKey("METRONOME_VAR_LARGE")
        .containsKey("METRONOME_VAR_SOME99")
        .doesNotContainKey("METRONOME_VAR_SOME0");
  }

  @Test
  void captures_are_bounded_and_the_oldest_go_first() {
    Captures captures = new Captures();
    for (int no = 0; no < 1_200; no++) {
      captures.put("e1", "v" + no, "x");
    }
    assertThat(captures.all()).hasSize(1_000).doesNotContainKey("v199").containsKey("v200");
    captures.put("e1", "large", "x".repeat(5 << 20));
    assertThat(captures.all()).containsOnlyKeys("large");
  }

  @Test
  void environments_of_one_pattern_hold_for_all_and_its_own_for_its_tasks() throws Exception {
    pattern("db", "{PATH: '$PATH:/opt/db', SITE: '{{site}}', WHO: db}", "{site: tokyo}");
    pattern("web", "{PATH: '/opt/web:$PATH', WHO: web}", "{site: berlin}");

    assertThat(begun("web", "e1").environment())
        .containsEntry("SITE", "tokyo")
        .containsEntry("WHO", "web")
        .containsEntry("PATH", "/opt/web:/bin:/opt/db");
    assertThat(begun("db", "e1").environment()).containsEntry("WHO", "db");
  }

  @Test
  void the_token_is_a_variable_a_setting_is_one_and_what_is_none_is_empty() throws Exception {
    pattern("web", "{}", "{}");
    Variables variables = begun("web", "e1").variables();

    assertThat(
            variables.resolve("{{config.token}} {{config.host}} [{{config.nonsense}}] {{other}}"))
        .isEqualTo("s3cret-token c1 [] {{other}}");
    begun("web", "e1").capture("evil", "{{config.token}}");
    assertThat(begun("web", "e1").variables().resolve("{{evil}}")).isEqualTo("{{config.token}}");
  }
}
