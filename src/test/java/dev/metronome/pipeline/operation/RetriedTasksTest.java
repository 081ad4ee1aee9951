package dev.metronome.pipeline.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A task that says {@code retry}, by the routes of the jar. */
class RetriedTasksTest {

  @TempDir Path folder;
  private Bench bench;

  @BeforeEach
  void prepare() {
    bench = new Bench(folder).set("kill-grace", "1s");
  }

  private Outcome run(String retry, int timeout, String script) {
    bench.standIn("work", script);
    return bench.runFile(
        "events: {e: {task: t}}\ntasks:\n  t:\n    timeout: "
            + timeout
            + "\n    retry: "
            + retry
            + "\n    operations:\n",
        "- echo: began\n- execute: {script: work}\n");
  }

  private static final String FAILS_TWICE =
      "[ \"$METRONOME_ATTEMPT\" -ge 3 ] || exit 4\necho done\n";

  @Test
  void all_operations_are_run_again_until_they_succeed_and_each_knows_its_attempt() {
    Outcome outcome = run("{attempts: 5, backoff: 0, most: 0}", 60, FAILS_TWICE);

    assertThat(outcome).isEqualTo(Outcome.success());
    assertThat(bench.calls()).hasSize(3);
    assertThat(bench.lines("work.env")).contains("METRONOME_ATTEMPT=3");
    assertThat(bench.log())
        .filteredOn(line -> line.contains("began"))
        .as("the list begins anew")
        .hasSize(3);
    assertThat(bench.log())
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith("[WARN ] attempt 1 of 5 failed: operation 2 (execute): ")
                    .contains("exit code 4; the next begins at "))
        .anySatisfy(line -> assertThat(line).contains("attempt 2 of 5 failed"));
  }

  @Test
  void the_last_attempt_is_the_outcome_and_says_which_it_was() {
    Outcome outcome = run("{attempts: 2, backoff: 0}", 60, FAILS_TWICE);

    assertThat(outcome.reason()).hasValue(Reason.FAILED);
    assertThat(outcome.message().orElseThrow())
        .contains("exit code 4")
        .endsWith("(attempt 2 of 2)");
    assertThat(bench.calls()).hasSize(2);
  }

  @Test
  void each_attempt_has_the_whole_timeout_and_what_it_started_has_ended_before_the_next() {
    String script =
        """
        cd %s
        if [ -e pid ] && grep -q '^State:.*[RSD] ' /proc/$(cat pid)/status; then touch two; fi
        [ "$METRONOME_ATTEMPT" = 3 ] && exit 0
        echo $$ > pid
        sleep 600
        """;
    Outcome outcome = run("{attempts: 3, backoff: 0, on: [timeout]}", 2, script.formatted(folder));

    assertThat(outcome).isEqualTo(Outcome.success());
    assertThat(bench.calls()).hasSize(3);
    assertThat(folder.resolve("pid")).exists();
    assertThat(folder.resolve("two")).doesNotExist();
  }

  @Test
  void a_failure_that_is_not_named_is_final() {
    assertThat(run("{attempts: 3, backoff: 0, on: [timeout]}", 60, "exit 4").message())
        .hasValueSatisfying(message -> assertThat(message).doesNotContain("attempt"));
    assertThat(run("{attempts: 3, backoff: 0, on: [error]}", 1, "sleep 600").reason())
        .hasValue(Reason.TIMEOUT);
    assertThat(bench.calls()).hasSize(2);
  }

  @Test
  void a_further_attempt_waits_at_least_half_of_its_back_off() throws Exception {
    run("{attempts: 2, backoff: 2s}", 60, "date +%s%N >> " + folder + "/times; exit 1");

    var times = Files.readAllLines(folder.resolve("times")).stream().map(Long::valueOf).toList();
    assertThat(times.get(1) - times.get(0)).isGreaterThanOrEqualTo(1_000_000_000L);
  }
}
