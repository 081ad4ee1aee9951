package dev.metronome.pipeline.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.metronome.base.account.Accounts;
import dev.metronome.config.ConfigurationException;
import dev.metronome.model.record.Outcome;
import dev.metronome.model.record.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code run_as} of tasks and the setting {@code run-as}, through the routes of the jar. */
@Timeout(600)
class RunAsTest {
  @TempDir Path folder;
  private Bench bench;

  @BeforeEach
  void open_the_folder() throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    bench = new Bench(folder);
  }

  private Outcome run(String user, String operations) {
    return bench.runFile(
        "events: {e: {task: t}}\ntasks:\n  t:\n    run_as: " + user + "\n    operations:\n",
        operations);
  }

  private void open_to_all(String program) throws IOException {
    Files.setPosixFilePermissions(
        folder.resolve(program), PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static void as_root() {
    assumeThat(Accounts.isRoot()).as("only root runs programs as others").isTrue();
  }

  @Test
  void scripts_and_files_run_as_the_tasks_user() throws IOException {
    as_root();
    bench.program("who", "id -un; echo \"$1 $HOME\"");
    open_to_all("web/who");
    Outcome outcome =
        run(
            "nobody",
            """
            - execute: {script: id -un}
            - execute: {file: ./who, arguments: [hi]}
            """);
    assertThat(outcome.status()).as("%s %s", outcome, bench.log()).isEqualTo(Status.SUCCESS);
    assertThat(bench.log())
        .containsExactly(
            "[INFO ] nobody",
            "[INFO ] nobody",
            "[INFO ] hi " + Accounts.find("nobody").orElseThrow().home());
  }

  @Test
  void the_service_manager_is_asked_by_the_tasks_user_in_the_environment_of_the_file()
      throws IOException {
    as_root();
    bench.set("service-manager", "systemd").standIn("systemctl", "id -un");
    open_to_all("bin/systemctl");
    Outcome outcome =
        bench.runFile(
            "environments: {PATH: '"
                + folder
                + "/bin:$PATH'}\nevents: {e: {task: t}}\ntasks:\n  t:\n    run_as: nobody\n"
                + "    operations:\n",
            "- service: {name: web, action: restart}");
    assertThat(outcome.status()).as("%s %s", outcome, bench.log()).isEqualTo(Status.SUCCESS);
    assertThat(bench.log()).containsExactly("[INFO ] nobody");
    assertThat(bench.calls()).containsExactly("systemctl restart web");
  }

  @Test
  void the_setting_holds_for_tasks_that_name_nobody_of_their_own() {
    as_root();
    bench.set("run-as", "nobody");
    assertThat(bench.run("- execute: {script: id -un}").status()).isEqualTo(Status.SUCCESS);
    assertThat(bench.log()).containsExactly("[INFO ] nobody");
    assertThat(run("root", "- execute: {script: id -un}").status()).isEqualTo(Status.SUCCESS);
    assertThat(bench.log()).containsExactly("[INFO ] root");
  }

  @Test
  void a_task_whose_user_cannot_be_is_an_error_before_its_first_operation() {
    Outcome outcome = run("no-such-one", "- echo: {text: hello}");
    assertThat(outcome.status()).isEqualTo(Status.ERROR);
    assertThat(outcome.message().orElse(""))
        .contains("task t is not run, by run_as: this machine has no account no-such-one");
    assertThat(bench.wholeLog()).noneMatch(line -> line.contains("hello"));
  }

  @Test
  void chef_is_not_run_as_another_and_leaves_nothing_behind() {
    as_root();
    bench.standIn("chef-solo", "exit 0");
    Outcome outcome = run("nobody", "- chef: {run_list: ['recipe[a]']}");
    assertThat(outcome.status()).isEqualTo(Status.ERROR);
    assertThat(outcome.message().orElse(""))
        .contains("operation chef changes the machine as root, and the task runs as nobody");
    assertThat(bench.calls()).isEmpty();
    assertThat(bench.pattern().resolve("logs")).doesNotExist();
  }

  @Test
  void a_setting_that_cannot_be_is_refused_at_the_start() {
    bench.set("run-as", "no-such-one");
    assertThatThrownBy(() -> bench.run("- echo: {text: hello}"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("`run-as`: this machine has no account no-such-one");
  }
}
