package dev.metronome.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the lock of an agent lies if nobody says. */
class StateFolderTest {

  @TempDir Path run;

  private Path of(Map<String, String> environment) {
    return StateFolder.unset(new Machine(environment, run, run, run));
  }

  private static Path unprivileged(Map<String, String> environment) {
    Path none = Path.of("/nonexistent");
    return StateFolder.unset(new Machine(environment, none, none, none));
  }

  @Test
  void root_keeps_it_under_run() {
    assertThat(of(Map.of("XDG_RUNTIME_DIR", "/run/user/0"))).isEqualTo(run.resolve("metronome"));
  }

  @Test
  void a_service_keeps_it_where_systemd_made_room_whatever_user_it_runs_as() {
    assertThat(unprivileged(Map.of("RUNTIME_DIRECTORY", "/run/other:/run/metronome")))
        .hasToString("/run/metronome");
    assertThat(of(Map.of("RUNTIME_DIRECTORY", "/run/runner")))
        .as("another service's")
        .isEqualTo(run.resolve("metronome"));
  }

  @Test
  void everybody_else_keeps_it_in_a_folder_of_his_own() {
    assertThat(unprivileged(Map.of("XDG_RUNTIME_DIR", "/run/user/7", "HOME", "/home/ann")))
        .hasToString("/run/user/7/metronome");
    assertThat(unprivileged(Map.of("XDG_STATE_HOME", "/home/ann/state", "XDG_RUNTIME_DIR", "")))
        .hasToString("/home/ann/state/metronome");
    assertThat(unprivileged(Map.of("HOME", "/home/ann")))
        .hasToString("/home/ann/.local/state/metronome");
    assertThat(unprivileged(Map.of()))
        .isEqualTo(Path.of(System.getProperty("user.home"), ".local/state/metronome"));
  }
}
