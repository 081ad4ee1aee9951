package dev.metronome.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
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

  @Test
  void what_outlives_a_reboot_is_not_under_run() {
    Path none = Path.of("/nonexistent/run");
    Machine poor = new Machine(Map.of("HOME", "/home/ann"), none, none, none);
    Machine service =
        new Machine(Map.of("STATE_DIRECTORY", "/var/lib/metronome"), none, none, none);
    Machine root = new Machine(Map.of("HOME", "/root"), run, run, run);

    assertThat(StateFolder.lasting(service)).hasToString("/var/lib/metronome");
    assertThat(StateFolder.lasting(root)).isEqualTo(run.resolveSibling("var/lib/metronome"));
    assertThat(StateFolder.lasting(poor))
        .isEqualTo(
            Files.isWritable(Path.of("/"))
                ? Path.of("/nonexistent/var/lib/metronome")
                : Path.of("/home/ann/.local/state/metronome"));
  }

  @Test
  void agents_of_one_machine_keep_their_output_apart() {
    String here = OutputFolder.name("app", "http://127.0.0.1:8500", "metronome/");

    assertThat(here).matches("app-[0-9a-f]{8}");
    assertThat(OutputFolder.name("app", "http://127.0.0.1:8501", "metronome/")).isNotEqualTo(here);
    assertThat(OutputFolder.name("app", "http://127.0.0.1:8500", "other/")).isNotEqualTo(here);
    assertThat(OutputFolder.name("a/b", "c", "d")).startsWith("a_b-");
    assertThat(OutputFolder.isOf("app", Path.of("/x", here))).isTrue();
    assertThat(OutputFolder.isOf("app", Path.of("/x/app-1-0123abcd"))).isFalse();
  }
}
