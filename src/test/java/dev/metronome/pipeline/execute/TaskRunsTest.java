package dev.metronome.pipeline.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metronome.model.record.Assignment;
import dev.metronome.model.record.Batching;
import dev.metronome.model.record.Event;
import dev.metronome.model.record.NodeSelector;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Part;
import dev.metronome.model.record.PlannedTask;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Rollout;
import dev.metronome.model.record.Status;
import dev.metronome.model.schedule.OperationTypes;
import dev.metronome.model.schedule.ScheduleReader;
import dev.metronome.model.schedule.VariableSource;
import dev.metronome.model.schedule.Variables;
import dev.metronome.model.signature.EventSignatures;
import dev.metronome.pipeline.process.BoundedOutput;
import dev.metronome.pipeline.process.ProcessRunner;
import dev.metronome.testing.Records;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a claimed task to its outcome: templates, environment, scripts, verdict. */
class TaskRunsTest {

  private static final String HOSTILE = "'; touch pwned; echo '$(touch pwned)";

  @TempDir Path folder;
  private final DefaultCamelContext context = new DefaultCamelContext();
  private final Exchange exchange = new DefaultExchange(context);
  private final Scripts scripts =
      new Scripts(
          new Programs(
              new ProcessRunner(System.getenv()), Duration.ofSeconds(1), (eventId, no, left) -> {}),
          Clock.systemUTC());
  private final ArgumentResolver resolution =
      new ArgumentResolver(OperationTypes.builtIn(), Map.of());
  private TaskRuns runs;

  @BeforeEach
  void read() throws Exception {
    Path file = folder.resolve("web/task.yml");
    Files.createDirectories(file.getParent());
    Files.writeString(
        file,
        """
        environments:
          GREETING: hello {{name}}
        variables:
          name: file
        events:
          deploy:
            task: task-0
        tasks:
          task-0:
            operations:
              - echo:
                  text: say {{name}} {{unknown}}
              - execute:
                  script: echo {{name}} "$METRONOME_PARAM_name" "$METRONOME_PARAM_NAME"
          taken:
            timeout: 77
            operations:
              - echo: forth
            undo:
              - echo: back
          fails:
            operations:
              - execute:
                  script: echo before; exit 3
          slow:
            timeout: 1
            operations:
              - execute:
                  script: sleep 30
          missing:
            operations:
              - execute:
                  file: ./no-such-file
          again:
            retryable: true
            max_attempts: 2
            backoff: 600
            operations:
              - echo: again
          quiet:
            operations:
              - execute:
                  script: echo loud
                  output: false
        """);
    Path gone = Files.writeString(folder.resolve("web/no-such-file"), "#!/bin/sh");
    assertThat(gone.toFile().setExecutable(true)).isTrue();
    Variables variables = Variables.none().with(VariableSource.OPTION, Map.of());
    ScheduleReader.Reading reading =
        new ScheduleReader(OperationTypes.builtIn(), variables).read(List.of(file));
    assertThat(reading.hasErrors()).as("%s", reading.problems()).isFalse();
    Files.delete(gone);
    runs =
        new TaskRuns(
            reading::schedule,
            Map.of("HOME", "/root"),
            () -> Map.of("http_proxy", "http://proxy"),
            () -> Map.of("config.token", "s3cret-token"),
            "a",
            () -> new BoundedOutput(4_096, Clock.systemUTC()),
            RunAs.otherwise(Optional.empty()),
            id -> 2,
            EventSignatures.none(),
            List.of());
  }

  @AfterEach
  void stop() {
    context.stop();
  }

  private static Assignment assigned(String task, Map<String, String> params) {
    Event event = Event.of("e1", "deploy", params, Records.NOON, "fire", "me");
    return Assignment.of(event, Records.task(0, task), 1, Records.NOON);
  }

  private static Assignment undone(String task) {
    PlannedTask planned =
        new PlannedTask(
            4,
            "web",
            task,
            Optional.of(Part.UNDO),
            Optional.of(0),
            new NodeSelector(Optional.empty(), Optional.empty()),
            new Rollout(true, false, false, 1),
            Batching.NONE);
    Event event = Event.of("e1", "deploy", Map.of(), Records.NOON, "fire", "me");
    return Assignment.of(event, planned, 1, Records.NOON);
  }

  @Test
  void an_undo_runs_what_takes_the_task_back_with_its_settings_and_what_was_captured() {
    runs.begin(assigned("taken", Map.of()), exchange);
    assertThat(run().environment()).doesNotContainKey("METRONOME_UNDO");
    run().capture("before", "1.3");

    List<OperationCall> calls = runs.begin(undone("taken"), exchange);
    assertThat(calls).hasSize(1);
    assertThat(calls.get(0).operation().arguments()).isEqualTo("back");
    assertThat(run().environment())
        .containsEntry("METRONOME_UNDO", "1")
        .containsEntry("METRONOME_VAR_BEFORE", "1.3")
        .containsEntry("METRONOME_TASK", "taken");
    assertThat(run().task().timeout()).isEqualTo(Duration.ofSeconds(77));
    assertThat(log()).contains("-- Undo of task taken has started");
  }

  @Test
  void an_undo_that_the_file_does_not_have_is_never_the_task_itself() {
    assertThatThrownBy(() -> runs.begin(undone("fails"), exchange))
        .isInstanceOf(OperationFailedException.class)
        .hasMessageContaining("the task fails has no `undo` in the file");
  }

  private List<OperationCall> begun(String task, Map<String, String> params) {
    return runs.begin(assigned(task, params), exchange);
  }

  private TaskRun run() {
    return exchange.getProperty(TaskRun.PROPERTY, TaskRun.class);
  }

  private String log() {
    return exchange.getProperty(TaskRuns.LOG, BoundedOutput.class).render();
  }

  @SuppressWarnings("unchecked")
  private void execute(OperationCall call) throws InterruptedException {
    scripts.run((Map<String, Object>) arguments(call), run());
  }

  private Object arguments(OperationCall call) {
    return resolution.of(call.operation(), run().variables(), run().pattern().directory());
  }

  @Test
  void a_further_attempt_waits_for_its_back_off_and_its_timeout_begins_after_that() {
    begun("again", Map.of());
    assertThat(run().pause()).isBetween(Duration.ofSeconds(500), Duration.ofSeconds(600));
    assertThat(run().remaining()).isGreaterThan(Duration.ofSeconds(600 + 1_700));
    begun("slow", Map.of());
    assertThat(run().pause()).isZero();
  }

  @Test
  void templates_are_resolved_and_unknown_names_stay() {
    List<OperationCall> calls = begun("task-0", Map.of());

    assertThat(calls).extracting(OperationCall::type).containsExactly("echo", "execute");
    assertThat(arguments(calls.get(0))).isEqualTo(Map.of("text", "say file {{unknown}}"));
    assertThat(calls.get(1).place()).isEqualTo("operation 2 (execute)");
  }

  @Test
  void what_a_task_should_know_stands_in_its_environment() {
    begun("task-0", Map.of("name", "x"));

    assertThat(run().environment())
        .containsEntry("METRONOME_EVENT", "deploy")
        .containsEntry("METRONOME_EVENT_ID", "e1")
        .containsEntry("METRONOME_TASK", "task-0")
        .containsEntry("METRONOME_NODE", "a")
        .containsEntry("METRONOME_ATTEMPT", "2")
        .containsEntry("METRONOME_PARAM_name", "x")
        .containsEntry("METRONOME_PARAM_NAME", "x")
        .containsEntry("GREETING", "hello x")
        .containsEntry("http_proxy", "http://proxy");
  }

  @Test
  void a_parameter_reaches_a_script_as_environment_and_never_as_code() throws Exception {
    List<OperationCall> calls = begun("task-0", Map.of("name", HOSTILE));

    assertThat(arguments(calls.get(0)))
        .isEqualTo(Map.of("text", "say " + HOSTILE + " {{unknown}}"));
    execute(calls.get(1));

    assertThat(log()).contains("file " + HOSTILE + " " + HOSTILE);
    assertThat(folder.resolve("web/pwned")).doesNotExist();
  }

  @Test
  void a_pattern_and_a_task_that_this_node_lacks_are_named_with_their_file() {
    Assignment foreign =
        Assignment.of(
            Records.event("e1"),
            new dev.metronome.model.record.PlannedTask(
                0,
                "other",
                "t",
                new dev.metronome.model.record.NodeSelector(
                    java.util.Optional.empty(), java.util.Optional.empty()),
                new dev.metronome.model.record.Rollout(true, false, false, 1)),
            1,
            Records.NOON);

    assertThatThrownBy(() -> runs.begin(foreign, exchange))
        .isInstanceOf(OperationFailedException.class)
        .hasMessageContaining("node a has no task file other/task.yml");
    assertThatThrownBy(() -> begun("no-such-task", Map.of()))
        .isInstanceOf(OperationFailedException.class)
        .hasMessageContaining("web/task.yml")
        .hasMessageContaining("no-such-task");
    assertThat(log()).isEmpty();
  }

  @Test
  void a_script_that_fails_says_its_exit_code_and_keeps_its_output() {
    OperationCall call = begun("fails", Map.of()).get(0);

    assertThatThrownBy(() -> execute(call))
        .isInstanceOf(OperationFailedException.class)
        .hasMessageContaining("exit code 3");
    assertThat(log()).contains("before");
  }

  @Test
  void a_script_that_takes_too_long_is_ended_and_says_so() {
    OperationCall call = begun("slow", Map.of()).get(0);

    assertThatThrownBy(() -> execute(call))
        .isInstanceOfSatisfying(
            OperationFailedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TIMEOUT))
        .hasMessageContaining("1 s");
  }

  @Test
  void a_file_that_is_not_there_is_named() {
    OperationCall call = begun("missing", Map.of()).get(0);

    assertThatThrownBy(() -> execute(call))
        .isInstanceOf(OperationFailedException.class)
        .hasMessageContaining("no-such-file");
  }

  @Test
  void output_can_be_kept_out_of_the_log() {
    OperationCall call = begun("quiet", Map.of()).get(0);

    assertThatCode(() -> execute(call)).doesNotThrowAnyException();
    assertThat(log()).doesNotContain("loud");
  }

  @Test
  void the_log_of_an_operations_route_goes_into_the_tasks_log() {
    begun("task-0", Map.of());

    new TaskLog()
        .onLog(
            exchange,
            new org.apache.camel.spi.CamelLogger(
                org.slf4j.LoggerFactory.getLogger("x"), org.apache.camel.LoggingLevel.INFO),
            "said");

    assertThat(log()).contains("INFO").contains("said");
  }

  @Test
  void an_exchange_without_a_failure_is_a_success() {
    assertThat(ExchangeOutcome.of(exchange)).isEqualTo(Outcome.success());
  }

  @Test
  void a_failure_is_told_in_the_words_of_its_cause() {
    exchange.setException(
        new CamelExecutionException(
            "wrapped",
            exchange,
            new RuntimeCamelException(new OperationFailedException(Reason.TIMEOUT, "too long"))));
    assertThat(ExchangeOutcome.of(exchange))
        .isEqualTo(Outcome.error(Reason.TIMEOUT, "too long"))
        .extracting(Outcome::status)
        .isEqualTo(Status.ERROR);

    exchange.setException(new IllegalStateException("broken"));
    assertThat(ExchangeOutcome.of(exchange)).isEqualTo(Outcome.error(Reason.FAILED, "broken"));
    exchange.setException(new IllegalStateException());
    assertThat(ExchangeOutcome.of(exchange).message()).hasValue("IllegalStateException");
  }
}
