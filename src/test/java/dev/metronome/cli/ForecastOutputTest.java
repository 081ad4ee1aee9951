package dev.metronome.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.model.record.Json;
import dev.metronome.state.forecast.Forecast;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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

  @Test
  void who_is_ready_and_would_not_run_it_is_told_from_who_would(@TempDir Path folder) {
    Shell shell = Shell.in(folder);
    Forecast forecast =
        Json.read("plan", FORECAST.getBytes(StandardCharsets.UTF_8), Forecast.class);
    new ForecastOutput(new TextOutput(shell.terminal())).print(forecast);
    assertThat(shell.out())
        .containsPattern("1 ready +db-1")
        .containsPattern("2 ready, left out +db-2, db-3");
  }
}
