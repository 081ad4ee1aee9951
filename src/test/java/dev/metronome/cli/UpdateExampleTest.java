package dev.metronome.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.testing.Program;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What config/examples/update does on one machine, whose programs are played. RollingUpdateIT has
 * it replace agents.
 */
class UpdateExampleTest {
  private static final Path TASKS = Path.of("config/examples/update/task.yml");

  private static final String APT_GET = "for word; do last=$word; done; echo \"apt-get $last\"";
  private static final String SYSTEMCTL =
      "case $1 in is-active) echo deactivating; exit 3 ;; *) echo \"systemctl $*\" ;; esac";
  private static final String METRONOME =
      "case $1 in version) echo metronome 1.4.0 ;; nodes) echo '[{\"Version\":\"1.4.0\"}]' ;; esac";

  @TempDir Path folder;
  private Shell metronome;

  @BeforeEach
  void machine() {
    program("apt-get", APT_GET);
    program("systemctl", SYSTEMCTL);
    program("metronome", METRONOME);
    metronome =
        Shell.in(folder).environment("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
  }

  private void program(String name, String script) {
    Program.write(folder.resolve("bin").resolve(name), script);
  }

  private int update(String version) {
    return metronome.run(
        "dispatch",
        "update_metronome",
        "--files=" + TASKS.toAbsolutePath(),
        "--param=version=" + version);
  }

  @Test
  void its_task_file_is_valid() {
    assertThat(metronome.run("validate", "--strict", TASKS.toAbsolutePath().toString()))
        .as(metronome.out())
        .isZero();
  }

  @Test
  void the_version_is_installed_and_the_restart_asked_for_and_not_awaited() {
    assertThat(update("1.4.0")).as(metronome.out() + metronome.err()).isZero();
    assertThat(metronome.out())
        .containsSubsequence(
            "apt-get metronome=1.4.0",
            "systemctl --no-block restart metronome",
            "the agent stops now",
            "metronome 1.4.0 runs");
  }

  @Test
  void nothing_is_restarted_if_the_new_version_finds_the_settings_invalid() {
    program("metronome", "echo 'config.yml: unknown setting'; exit 2");

    assertThat(update("1.4.0")).isEqualTo(1);
    assertThat(metronome.out()).contains("unknown setting").doesNotContain("systemctl");
  }

  @Test
  void a_restart_that_systemd_refuses_is_an_error() {
    program("systemctl", "echo \"Unit metronome.service is masked.\" >&2; exit 1");

    assertThat(update("1.4.0")).isEqualTo(1);
    assertThat(metronome.out()).contains("is masked").doesNotContain("the agent stops now");
  }

  @Test
  void an_agent_that_is_not_of_the_installed_version_is_an_error() {
    program("metronome", METRONOME.replace("\"1.4.0\"", "\"1.3.9\""));

    assertThat(update("1.4.0")).isEqualTo(1);
    assertThat(metronome.out()).contains("is not metronome 1.4.0, which is installed");
  }

  @Test
  void what_is_no_version_is_refused() {
    for (String version : List.of("latest", "1.4.0 curl", "../1.4.0")) {
      assertThat(update(version)).as(version).isEqualTo(2);
    }
  }
}
