package dev.metronome.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.agent.systemd.StandIn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code install}, {@code remove}, {@code start}, {@code stop} and the service in {@code status}.
 */
class ServiceCommandsTest {
  @TempDir Path folder;
  private Path unit;
  private StandIn systemctl;
  private Shell shell;

  @BeforeEach
  void a_machine_with_systemd() throws IOException {
    unit = Files.createDirectories(folder.resolve("systemd/system")).resolve("metronome.service");
    Files.createDirectories(folder.resolve("run/systemd/system"));
    systemctl = StandIn.systemctl(folder, unit.getParent());
    shell =
        Shell.in(folder)
            .environment("PATH", systemctl.path())
            .environment("METRONOME_LAUNCHER", "/opt/metronome/bin/metronome");
  }

  private void run(String command, String says) {
    assertThat(shell.run(command)).as(shell.err()).isZero();
    assertThat(shell.out()).contains(says);
    assertThat(shell.err()).isEmpty();
  }

  /** Without a Consul, the service is shown all the same. */
  private void status(String says) {
    assertThat(shell.run("status", "--port", "1")).isEqualTo(6);
    assertThat(shell.out()).contains(says);
    assertThat(shell.err()).contains("Consul at").hasLineCount(1);
  }

  @Test
  void the_life_of_a_service() throws Exception {
    status("service  not installed; see metronome install\n");
    run("install", "To start it now: metronome start");
    run("install", "there was nothing to change");
    status("service  inactive (dead) since ");
    run("start", "has been started");
    run("start", "The service runs");
    status(
        "service  active (running) since Tue 2026-11-24 03:37:00 UTC, process 4711,"
            + " started at boot; started\n");
    run("stop", "has been stopped");
    run("stop", "did not run");
    Files.createDirectories(folder.resolve("etc"));
    Files.writeString(folder.resolve("etc/config.yml"), "port: 8500\n");
    run("remove", "Its configuration in " + folder.resolve("etc") + " is left");
    run("remove", "is not installed");
    assertThat(folder.resolve("etc/config.yml")).hasContent("port: 8500");
    assertThat(unit).doesNotExist();
  }

  @Test
  void print_shows_the_unit_and_needs_no_systemd() {
    Shell other =
        Shell.in(folder.resolve("other")).environment("METRONOME_LAUNCHER", "/opt/m/metronome");
    assertThat(other.run("install", "--print")).as(other.err()).isZero();
    assertThat(other.out()).contains("ExecStart=/opt/m/metronome agent\n", "TimeoutStopSec=65s");
    assertThat(systemctl.calls()).isEmpty();
  }

  @Test
  void the_configuration_file_that_was_named_is_the_service_s_too() throws Exception {
    Files.writeString(folder.resolve("my config.yml"), "grace-period: 5m\n");
    assertThat(shell.run("install", "--print", "--config", "my config.yml")).isZero();
    assertThat(shell.out())
        .contains(
            "ExecStart=/opt/metronome/bin/metronome --config \""
                + folder.resolve("my config.yml")
                + "\" agent\n",
            "TimeoutStopSec=335s\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-host=x", "--var=a=1", "-token=s3cr3t-canary"})
  void a_setting_that_would_be_lost_is_refused(String flag) {
    assertThat(shell.run("install", flag)).isEqualTo(2);
    assertThat(shell.err()).contains("the service takes its settings from files");
    assertThat(shell.out() + shell.err()).doesNotContain("canary");
    assertThat(systemctl.calls()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"install", "remove", "start", "stop"})
  void without_systemd_one_sentence_says_so(String command) throws Exception {
    Files.delete(folder.resolve("run/systemd/system"));
    assertThat(shell.run(command)).isEqualTo(2);
    assertThat(shell.err())
        .startsWith("metronome: this machine is not run by systemd")
        .hasLineCount(1);
    status("service  no service: this machine is not run by systemd");
  }

  @Test
  void a_refusal_of_systemd_is_exit_code_1_and_its_own_words() throws Exception {
    shell.run("install");
    Files.createFile(folder.resolve("fail"));
    assertThat(shell.run("start")).isEqualTo(1);
    assertThat(shell.err()).contains("Interactive authentication required.").hasLineCount(1);
  }

  @Test
  void a_failed_service_is_exit_code_1_of_status_and_an_active_one_is_0() throws Exception {
    shell.run("install");
    Files.createFile(folder.resolve("failed"));
    try (OneNodeCluster cluster = new OneNodeCluster()) {
      Shell other = cluster.shell(folder).environment("PATH", systemctl.path());
      assertThat(other.run("status")).as(other.err()).isEqualTo(1);
      assertThat(other.out()).startsWith("service  failed since ").contains("\nqueue ");
      shell.run("start");
      assertThat(other.run("status")).as(other.err()).isZero();
      assertThat(other.run("status", "--json")).isZero();
      assertThat(other.out())
          .contains("\"Service\":{\"Presence\":\"INSTALLED\",\"Activity\":\"active\"");
    }
  }

  @Test
  void service_commands_work_with_a_broken_configuration() throws Exception {
    shell.run("install");
    Files.createDirectories(folder.resolve("etc"));
    Files.writeString(folder.resolve("etc/config.yml"), "port: x\n");
    run("start", "has been started");
    run("stop", "has been stopped");
    assertThat(shell.run("install")).isEqualTo(2);
    run("remove", "has been removed");
  }
}
