package dev.metronome.pipeline.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Status;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Operations that are route files of a user, and the time that every operation has. */
@Timeout(600)
class RoutesOfUsersTest {
  private static final String ONE_SECOND =
      "events: {e: {task: t}}\ntasks:\n  t:\n    timeout: 1\n    operations:\n";

  @TempDir Path folder;
  private Bench bench;

  @BeforeEach
  void set_up() {
    bench = new Bench(folder).set("routes", folder.resolve("routes").toString());
    bench.file("routes/README", "");
  }

  private void route(String name, String steps) {
    bench.file(
        "routes/operation-" + name + ".camel.yaml",
        """
        - route:
            id: operation-%s
            from:
              uri: direct:operation-%s
              steps:
        """
                .formatted(name, name)
            + steps.indent(8));
  }

  @Test
  void a_route_of_the_users_own_gets_its_arguments_and_writes_the_tasks_log() {
    route("greet", "- log: {message: 'hello ${body[who]}'}");

    assertThat(bench.run("- greet: {who: world}\n- greet: {who: '${body}'}"))
        .isEqualTo(Outcome.success());
    assertThat(bench.log()).containsExactly("[INFO ] hello world", "[INFO ] hello ${body}");
    assertThat(bench.wholeLog())
        .startsWith("[INFO ] -- Task t has started", "[INFO ] ---- Operation greet has started");
  }

  @Test
  void its_exception_fails_the_task_with_its_message() {
    route(
        "fail",
        """
        - throwException:
            exceptionType: java.lang.IllegalStateException
            message: "no ${body[what]} left"
        """);

    Outcome outcome = bench.run("- echo: {text: a}\n- fail: {what: milk}\n- echo: {text: b}");
    assertThat(outcome.message()).contains("operation 2 (fail): no milk left");
    assertThat(bench.log())
        .containsExactly("[INFO ] echo: a", "[ERROR] operation 2 (fail): no milk left");
  }

  @Test
  void an_operation_that_is_no_process_is_interrupted() {
    route("wait", "- delay: {expression: {constant: '50000'}}\n- log: {message: waited}");

    Outcome outcome = bench.runFile(ONE_SECOND, "- wait: {}\n- echo: {text: next}");
    assertThat(outcome.status()).isEqualTo(Status.ERROR);
    assertThat(outcome.reason()).contains(Reason.TIMEOUT);
    assertThat(bench.log())
        .containsExactly(
            "[ERROR] operation 1 (wait): the task took longer than its timeout of 1 s;"
                + " the operation was ended");
  }

  @Test
  void a_script_ends_at_the_timeout_with_its_whole_tree() {
    Outcome outcome =
        bench.runFile(ONE_SECOND, "- execute: {script: '(sleep 40; echo late) & wait'}");
    assertThat(outcome.reason()).contains(Reason.TIMEOUT);
    assertThat(bench.log()).hasSize(1);
  }

  @Test
  void a_daemon_of_an_earlier_operation_outlives_the_timeout_of_a_later_one() throws Exception {
    Outcome outcome = afterDaemon(ONE_SECOND);
    for (int seconds = 2; outcome.message().orElse("").contains("operation 1"); seconds *= 2) {
      outcome = afterDaemon(ONE_SECOND.replace("timeout: 1", "timeout: " + seconds));
    }
    assertThat(outcome.reason()).contains(Reason.TIMEOUT);
    long pid = Long.parseLong(bench.lines("web/pid").get(0));
    ProcessHandle daemon = ProcessHandle.of(pid).orElseThrow();
    assertThat(daemon.isAlive()).isTrue();
    assertThat(daemon.destroyForcibly()).isTrue();
  }

  private Outcome afterDaemon(String head) {
    return bench.runFile(
        head,
        """
        - execute: {script: 'sleep 600 >/dev/null 2>&1 & echo $! > pid'}
        - execute: {script: 'sleep 600'}
        """);
  }
}
