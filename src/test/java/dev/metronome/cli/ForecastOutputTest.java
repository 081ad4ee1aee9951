package dev.metronome.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.model.record.Json;
import dev.metronome.state.UsualDuration;
import dev.metronome.state.forecast.Forecast;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForecastOutputTest {
  private static final String FORECAST =
      """
      {"Fingerprint": "0", "At": "2026-03-01T12:00:00Z", "Event": "migrate", "Params": {}, "Patterns": {},
       "Differences": [], "Outcome": {"Status": "success"}, "Doubts": [],
       "Tasks": [{
         "Plan": {"No": 0, "Pattern": "db", "Task": "migrate", "Service": "db", "RunOn": "1",
                  "Skippable": true, "SkipUnreachable": false, "Retryable": false, "MaxAttempts": 1},
         "Description": "", "Filter": "db (run on 1)", "Timeout": 60, "Longest": 60, "Operations": [],
         "Outcome": {"Status": "success"}, "Batches": [],
         "Nodes": [{"Node": "db-1", "Condition": "ready", "Use": "target"},
                   {"Node": "db-2", "Condition": "ready", "Use": "left-out"},
                   {"Node": "db-3", "Condition": "ready", "Use": "left-out"}]}]}
      """;

  private static void print(String json, Shell shell) {
    Forecast forecast = Json.read("plan", json.getBytes(StandardCharsets.UTF_8), Forecast.class);
    new ForecastOutput(new TextOutput(shell.terminal()))
        .print(forecast, Optional.of(new UsualDuration(130_000, 7)), false);
  }

  @Test
  void the_command_that_fires_it_can_be_copied_with_its_parameters(@TempDir Path folder) {
    Shell shell = Shell.in(folder);
    print(FORECAST.replace("\"Params\": {}", "\"Params\": {\"to\": \"1.4 rc'1\"}"), shell);
    assertThat(shell.out())
        .endsWith(": metronome fire migrate --param 'to=1.4 rc'\\''1' --plan 0\n");
    shell = Shell.in(folder);
    print(FORECAST.replace("\"Params\": {}", "\"Params\": {\"key\": \"********\"}"), shell);
    assertThat(shell.out())
        .endsWith("still so, with the same parameters: metronome fire migrate --plan 0\n");
  }

  @Test
  void who_is_ready_and_would_not_run_it_is_told_from_who_would(@TempDir Path folder) {
    Shell shell = Shell.in(folder);
    print(FORECAST, shell);
    assertThat(shell.out())
        .contains("usually     2 min 10 s, by the last 7 runs that succeeded\n")
        .containsPattern("1 ready +db-1")
        .containsPattern("2 ready, not chosen by run_on +db-2, db-3");
  }
}
