package dev.metronome.agent.systemd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metronome.agent.systemd.ServiceState.Boot;
import dev.metronome.agent.systemd.ServiceState.Presence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemServiceTest {
  private static final Launch LAUNCH =
      new Launch(List.of("/opt/m/bin/metronome", "agent"), Optional.empty(), Duration.ofMinutes(1));

  @TempDir Path folder;
  private Path unit;
  private StandIn systemctl;
  private SystemService service;

  @BeforeEach
  void a_machine_with_systemd() throws IOException {
    Path units = Files.createDirectories(folder.resolve("etc/systemd/system"));
    unit = units.resolve("metronome.service");
    Files.createDirectories(folder.resolve("run/systemd/system"));
    systemctl = StandIn.systemctl(folder, units);
    service = new SystemService(folder.resolve("run"), units, systemctl.environment());
  }

  private void fact(String name) throws IOException {
    Files.createFile(folder.resolve(name));
  }

  @Test
  void install_writes_the_unit_and_enables_it() throws Exception {
    assertThat(service.install(LAUNCH)).isEqualTo(Change.MADE);
    assertThat(unit).hasContent(SystemService.unit(LAUNCH));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(unit)))
        .isEqualTo("rw-r--r--");
    assertThat(systemctl.actions()).containsExactly("daemon-reload", "enable metronome.service");
    assertThat(unit.getParent()).isDirectoryNotContaining("glob:**.metronome*");
  }

  @Test
  void install_again_changes_nothing_and_with_another_command_replaces_the_unit() throws Exception {
    service.install(LAUNCH);
    assertThat(service.install(LAUNCH)).isEqualTo(Change.NONE);
    Launch other =
        new Launch(List.of("/opt/m2/bin/metronome"), Optional.empty(), Duration.ofMinutes(1));
    assertThat(service.install(other)).isEqualTo(Change.MADE);
    assertThat(unit).hasContent(SystemService.unit(other));
  }

  @Test
  void a_unit_that_somebody_edited_is_neither_replaced_nor_removed() throws Exception {
    service.install(LAUNCH);
    Files.writeString(unit, Files.readString(unit).replace("RestartSec=10s", "RestartSec=1s"));
    String edited = Files.readString(unit);
    assertThatThrownBy(() -> service.install(LAUNCH))
        .isInstanceOf(SystemdException.class)
        .hasMessageContaining("was edited since metronome wrote it");
    assertThatThrownBy(service::remove).isInstanceOf(SystemdException.class);
    assertThat(unit).hasContent(edited);
    assertThat(systemctl.actions()).doesNotContain("disable --now metronome.service");
  }

  @Test
  void a_unit_of_somebody_else_is_neither_replaced_nor_removed() throws Exception {
    Files.writeString(unit, "[Service]\nExecStart=/bin/true\n");
    assertThatThrownBy(() -> service.install(LAUNCH))
        .isInstanceOf(SystemdException.class)
        .hasMessageContaining("was not written by metronome");
    assertThatThrownBy(service::remove).isInstanceOf(SystemdException.class);
    assertThat(unit).hasContent("[Service]\nExecStart=/bin/true\n");
    assertThat(systemctl.actions()).isEmpty();
  }

  @Test
  void a_package_s_unit_elsewhere_is_not_hidden_by_ours() throws Exception {
    fact("foreign");
    assertThatThrownBy(() -> service.install(LAUNCH))
        .isInstanceOf(SystemdException.class)
        .hasMessageContaining("/usr/lib/systemd/system/metronome.service");
    assertThatThrownBy(service::remove).isInstanceOf(SystemdException.class);
    assertThat(unit).doesNotExist();
    assertThat(systemctl.actions()).isEmpty();
  }

  @Test
  void remove_stops_disables_and_deletes_once() throws Exception {
    service.install(LAUNCH);
    service.start();
    assertThat(service.remove()).isEqualTo(Change.MADE);
    assertThat(unit).doesNotExist();
    assertThat(systemctl.actions())
        .endsWith("start metronome.service", "disable --now metronome.service", "daemon-reload");
    assertThat(service.remove()).isEqualTo(Change.NONE);
    assertThat(service.state().presence()).isEqualTo(Presence.NOT_INSTALLED);
  }

  @Test
  void a_failed_service_is_forgotten_when_it_is_removed() throws Exception {
    service.install(LAUNCH);
    fact("failed");
    assertThat(service.state().hasFailed()).isTrue();
    service.remove();
    assertThat(systemctl.actions()).contains("reset-failed metronome.service");
  }

  @Test
  void start_and_stop_ask_systemd_only_if_there_is_something_to_do() throws Exception {
    service.install(LAUNCH);
    assertThat(service.stop()).isEqualTo(Change.NONE);
    assertThat(service.start()).isEqualTo(Change.MADE);
    assertThat(service.start()).isEqualTo(Change.NONE);
    assertThat(service.state().pid()).contains(4711L);
    assertThat(service.state().boot()).isEqualTo(Boot.STARTED);
    assertThat(service.stop()).isEqualTo(Change.MADE);
    assertThat(systemctl.actions())
        .endsWith("start metronome.service", "stop metronome.service")
        .hasSize(4);
  }

  @Test
  void what_is_not_installed_cannot_be_started_or_stopped() {
    assertThatThrownBy(service::start).hasMessageContaining("is not installed");
    assertThatThrownBy(service::stop).hasMessageContaining("is not installed");
    assertThat(systemctl.actions()).isEmpty();
  }

  @Test
  void what_systemd_refuses_is_said_in_its_own_words() throws Exception {
    service.install(LAUNCH);
    fact("fail");
    assertThatThrownBy(service::start)
        .isInstanceOf(SystemctlException.class)
        .hasMessage(
            "systemctl start metronome.service ended with exit code 4:"
                + " Interactive authentication required.");
  }

  @Test
  void a_folder_that_cannot_be_written_is_refused_before_systemd_is_asked() {
    Path nowhere = folder.resolve("nowhere");
    SystemService other =
        new SystemService(folder.resolve("run"), nowhere, systemctl.environment());
    assertThatThrownBy(() -> other.install(LAUNCH))
        .isInstanceOf(SystemdException.class)
        .hasMessageContaining("cannot write " + nowhere);
    assertThat(systemctl.actions()).isEmpty();
  }

  @Test
  void without_systemd_every_action_is_refused_and_the_state_says_why() throws Exception {
    SystemService other =
        new SystemService(folder.resolve("elsewhere"), folder, systemctl.environment());
    assertThat(other.state().presence()).isEqualTo(Presence.NO_SYSTEMD);
    assertThatThrownBy(() -> other.install(LAUNCH)).hasMessageContaining("is not run by systemd");
    assertThatThrownBy(other::remove).hasMessageContaining("is not run by systemd");
    assertThatThrownBy(other::start).hasMessageContaining("is not run by systemd");
    assertThatThrownBy(other::stop).hasMessageContaining("is not run by systemd");
    assertThat(systemctl.calls()).isEmpty();
  }

  @Test
  void a_systemd_without_systemctl_is_refused() {
    SystemService other =
        new SystemService(folder.resolve("run"), unit.getParent(), Map.of("PATH", "/nowhere"));
    assertThatThrownBy(other::start).hasMessageContaining("no systemctl on the PATH");
  }
}
