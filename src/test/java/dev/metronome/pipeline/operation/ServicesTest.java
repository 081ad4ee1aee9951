package dev.metronome.pipeline.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Reason;
import dev.metronome.model.record.Status;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(600)
class ServicesTest {
  @TempDir Path folder;
  private Bench bench;

  @BeforeEach
  void set_up() {
    bench = new Bench(folder);
  }

  @Test
  void init_is_called_with_name_and_action() {
    bench.set("service-manager", "init").standIn("service", "echo restarted");

    assertThat(bench.run("- service: {name: nginx, action: restart}")).isEqualTo(Outcome.success());
    assertThat(bench.calls()).containsExactly("service nginx restart");
    assertThat(bench.log()).containsExactly("[INFO ] restarted");
  }

  @Test
  void systemd_is_called_with_action_and_name() {
    bench.set("service-manager", "systemd").standIn("systemctl", "exit 5");

    Outcome outcome = bench.run("- service: {name: nginx, action: reload}");
    assertThat(outcome.status()).isEqualTo(Status.ERROR);
    assertThat(outcome.message())
        .contains("operation 1 (service): service nginx: reload ended with exit code 5");
    assertThat(bench.calls()).containsExactly("systemctl reload nginx");
  }

  @Test
  void a_missing_service_manager_is_named() {
    bench.set("service-manager", "systemd").file("bin/other", "");
    // Debian's own may be there in /usr/bin: the command's PATH is the pattern's.
    Outcome outcome =
        bench.runFile(
            "environments: {PATH: /nowhere}\nevents: {e: {task: t}}\ntasks:\n  t:\n    operations:\n",
            "- service: {name: nginx, action: start}");
    assertThat(outcome.message())
        .contains(
            "operation 1 (service): program systemctl is not in the PATH /nowhere (exit code 127);"
                + " the setting service-manager says that this machine runs systemd");
  }

  @Test
  void what_templates_bring_is_checked_before_anything_runs() {
    bench.set("service-manager", "init").standIn("service", "").param("name", "-x;reboot");

    Outcome outcome = bench.run("- service: {name: '{{name}}', action: start}");
    assertThat(outcome.reason()).contains(Reason.FAILED);
    assertThat(outcome.message().orElse(""))
        .contains("task.yml:6:", "service name `-x;reboot` may contain only letters");
    assertThat(bench.calls()).isEmpty();
  }
}
