package dev.metronome.base.crash;

import static dev.metronome.base.crash.Bench.APP;
import static dev.metronome.base.crash.Bench.DB;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What happens when the JVM itself gives up on a piece of work. */
@ExtendWith(FaultBench.class)
class ErrorFaultIT {

  private static final String TASKS =
      """
      environments:
        JOURNAL: "%1$s"
      events:
        broken:
          ordered_tasks:
            - {service: db, task: fine}
            - {service: app, task: %2$s}
        probe:
          task: fine
      tasks:
        fine:
          operations:
            - execute: {file: step, arguments: ["0", "0"]}
        %2$s:
          operations:
            - %2$s: {text: x}
      """;

  private static final String ROUTE =
      """
      - route:
          id: %1$s
          description: For a test.
          from:
            uri: direct:%1$s
            steps:
      """;

  private static final String HOARD =
      """
              - setBody:
                  simple: "0123456789"
              - loop:
                  copy: false
                  constant: "40"
                  steps:
                    - setBody:
                        simple: "${body}${body}"
      """;

  private static void route(Scenario scenario, String id, String steps) throws IOException {
    Path routes = Files.createDirectories(scenario.folder().resolve("routes"));
    Files.writeString(routes.resolve(id + ".camel.yaml"), ROUTE.formatted(id) + steps);
    scenario.with("--routes", routes.toString());
  }

  @Test
  @DisplayName("F34 operation hoards")
  void an_operation_that_takes_all_memory_fails_and_the_agent_lives_or_ends(Scenario scenario)
      throws IOException {
    route(scenario, "operation-hoard", HOARD);
    failed(scenario, "hoard");
  }

  private static void failed(Scenario scenario, String task) {
    scenario.tasks(TASKS.formatted(scenario.journal().file(), task)).cluster();
    scenario.fire("broken").fault().expect("error").expectRuns(DB, 0, 1);
    assertThat(scenario.results(scenario.event()).get("results/" + scenario.event() + "/1/" + APP))
        .contains("error");
  }

  @Test
  @DisplayName("F34 hooks hoard")
  void hooks_that_take_all_memory_stop_no_event(Scenario scenario) throws IOException {
    route(scenario, "event-finished", HOARD);
    route(scenario, "task-finished", HOARD);
    scenario.cluster().fire("quick").fault().expect("success");
    scenario.fire("quick").expect("success");
  }
}
