package dev.metronome.agent.systemd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.metronome.agent.systemd.Tool.Answer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnitTextTest {
  @TempDir Path folder;

  private static Launch launch(String... command) {
    return new Launch(List.of(command), Optional.empty(), Duration.ofSeconds(65));
  }

  @Test
  void the_unit_has_what_an_operator_relies_on() {
    assertThat(UnitText.of(launch("/opt/m/bin/metronome", "agent")).lines())
        .contains(
            "ExecStart=/opt/m/bin/metronome agent",
            "ExecReload=/bin/kill -HUP $MAINPID",
            "EnvironmentFile=-/etc/metronome/environment",
            "Environment=LC_CTYPE=C.UTF-8",
            "After=network-online.target consul.service",
            "Wants=network-online.target",
            "Type=notify",
            "NotifyAccess=all",
            "WatchdogSec=120s",
            "KillMode=process",
            "Delegate=yes",
            "TimeoutStopSec=65s",
            "SuccessExitStatus=143",
            "Restart=on-failure",
            "RestartPreventExitStatus=2",
            "RuntimeDirectory=metronome",
            "RuntimeDirectoryMode=0700",
            "RuntimeDirectoryPreserve=yes",
            "StateDirectory=metronome",
            "StateDirectoryMode=0700",
            "WantedBy=multi-user.target")
        .noneMatch(line -> line.contains("${"));
  }

  /** Each of these would take something from operations, which inherit it. */
  @Test
  void operations_may_do_what_root_may_do() {
    assertThat(UnitText.of(launch("/m")).lines().filter(line -> !line.startsWith("#")))
        .noneMatch(
            line ->
                line.matches(
                    "(NoNewPrivileges|Protect\\w+|Private\\w+|Restrict\\w+|SystemCall\\w+"
                        + "|CapabilityBoundingSet|MemoryDenyWriteExecute|User)=.*"));
  }

  @Test
  void nothing_in_a_path_means_anything_to_systemd() {
    assertThat(UnitText.of(launch("/opt/a b/50%/$HOME/\"x\"\\y", "--config", "/$x.yml")))
        .contains("\nExecStart=\"/opt/a b/50%%/$HOME/\\\"x\\\"\\\\y\" --config \"/$$x.yml\"\n");
    Launch java = new Launch(List.of("/m"), Optional.of(Path.of("/j 17/$x")), Duration.ZERO);
    assertThat(UnitText.of(java)).contains("\nEnvironment=\"JAVA_HOME=/j 17/$x\"\n");
    assertThatThrownBy(() -> launch("/opt/a\nUser=nobody"))
        .isInstanceOf(SystemdException.class)
        .hasMessageContaining("line break");
  }

  @Test
  void one_changed_character_makes_it_somebody_else_s() {
    String text = UnitText.of(launch("/m"));
    assertThat(UnitText.isOurs(text)).isTrue();
    assertThat(UnitText.isOurs(text.replace("process", "procesz"))).isFalse();
    assertThat(UnitText.isOurs(text + "\n")).isFalse();
    assertThat(UnitText.isOurs("")).isFalse();
  }

  @Test
  void systemd_itself_finds_nothing_wrong_with_it() throws Exception {
    Optional<Tool> analyze = Tool.find("systemd-analyze", Map.of("PATH", System.getenv("PATH")));
    assumeTrue(analyze.isPresent(), "there is no systemd-analyze on this machine");
    Path program = Files.createFile(folder.resolve("metronome $1 50%"));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path unit = folder.resolve("metronome.service");
    Files.writeString(unit, UnitText.of(launch(program.toString(), "agent")));
    Answer answer = analyze.get().run(List.of("verify", "--man=no", unit.toString()));
    assertThat(answer.output().lines().filter(line -> line.contains("metronome"))).isEmpty();
    assertThat(answer.isDone()).as(answer.output()).isTrue();
  }
}
