package dev.metronome.pipeline.process;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.base.account.Account;
import dev.metronome.base.account.Accounts;
import dev.metronome.base.account.UserSwitch;
import dev.metronome.pipeline.process.ProcessOutcome.Exited;
import dev.metronome.pipeline.process.ProcessOutcome.NotStarted;
import dev.metronome.pipeline.process.ProcessOutcome.TimedOut;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands of another user, in real processes: by root only. */
@Timeout(600)
class LoginTest {
  private static final Duration SOON = Duration.ofSeconds(5);

  @TempDir Path folder;
  private Account nobody;
  private Bench bench;

  @BeforeEach
  void be_root() throws IOException {
    assumeThat(Accounts.isRoot()).as("only root runs programs as others").isTrue();
    nobody = UserSwitch.ofThisProcess().to("nobody");
    mode(folder, "rwxrwxrwx");
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.put("OF_THE_AGENT", "secret");
    environment.put("TZ", "Asia/Tokyo");
    bench = new Bench(folder, new ProcessRunner(environment));
  }

  private static void mode(Path path, String mode) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }

  private ProcessCommand script(String text) {
    return bench.script(text, Bench.LONG).as(nobody);
  }

  private List<String> lines(ProcessCommand command) throws InterruptedException {
    assertThat(bench.run(command)).as(bench.printed()).isEqualTo(new Exited(0));
    return bench.printed().lines().toList();
  }

  private ProcessCommand command(List<String> argv, Map<String, String> environment, String stdin) {
    return new ProcessCommand(
        argv,
        folder,
        environment,
        Optional.ofNullable(stdin),
        Bench.LONG,
        Bench.SHORT_GRACE,
        Optional.of(nobody));
  }

  @Test
  void user_and_groups_are_those_of_the_account() throws Exception {
    String text = "id -u; id -ru; id -g; id -G; grep -E '^Cap(Prm|Eff|Amb)' /proc/self/status";
    String uid = Long.toString(nobody.uid());
    String gid = Long.toString(nobody.gid());
    assertThat(lines(script(text)))
        .startsWith(uid, uid, gid, groups())
        .filteredOn(line -> line.startsWith("Cap"))
        .hasSize(3)
        .allMatch(line -> line.endsWith("\t0000000000000000"));
  }

  private static String groups() throws Exception {
    Process id = new ProcessBuilder("id", "-G", "nobody").start();
    return new String(id.getInputStream().readAllBytes(), US_ASCII).trim();
  }

  @Test
  void the_environment_is_that_of_a_login_and_the_commands_own() throws Exception {
    Map<String, String> own =
        Map.of("PAGER", "a 'b' \"$(c)\"\nd", "METRONOME_EVENT", "e", "METRONOME_AS_X", "x");
    assertThat(lines(command(List.of("env"), own, null)))
        .filteredOn(line -> !line.startsWith("LC_") && !line.startsWith("LANG"))
        .containsExactlyInAnyOrder(
            "HOME=" + nobody.home(),
            "SHELL=" + nobody.shell(),
            "USER=nobody",
            "LOGNAME=nobody",
            "PATH=/usr/local/bin:/usr/bin:/bin",
            "PWD=" + folder,
            "TZ=Asia/Tokyo",
            "PAGER=a 'b' \"$(c)\"",
            "d",
            "METRONOME_EVENT=e",
            "METRONOME_AS_X=x",
            "METRONOME_EXECUTION=" + bench.cookie);
  }

  @Test
  void what_the_environment_has_programs_load_is_not_loaded_into_those_of_root() throws Exception {
    Map<String, String> own = Map.of("LD_PRELOAD", "/nowhere/evil.so");
    assertThat(lines(command(List.of("/usr/bin/env"), own, null)))
        .filteredOn(line -> line.contains("ld.so"))
        .as("one complaint, of env itself")
        .hasSizeLessThanOrEqualTo(1);
    assertThat(bench.printed()).contains("LD_PRELOAD=/nowhere/evil.so");
  }

  @Test
  void a_file_of_root_cannot_be_read_and_one_of_the_user_belongs_to_it() throws Exception {
    Path secret = Files.writeString(folder.resolve("secret"), "s3cret");
    mode(secret, "rw-------");
    assertThat(lines(script("cat secret && echo readable; touch own; echo done")))
        .contains("done")
        .doesNotContain("s3cret", "readable");
    assertThat(Files.getAttribute(folder.resolve("own"), "unix:uid")).isEqualTo((int) nobody.uid());
  }

  @Test
  void a_script_is_fed_and_may_open_its_own_pipes() throws Exception {
    String text = "id -u\necho out >/dev/stdout\necho err >/dev/stderr\n";
    assertThat(lines(command(List.of("/bin/sh"), Map.of(), text)))
        .containsExactlyInAnyOrder(Long.toString(nobody.uid()), "out", "err");
  }

  @Test
  void its_output_is_kept_if_the_agent_dies() throws Exception {
    mode(folder, "rwxr-xr-x");
    OutputFiles files =
        OutputFiles.in(folder.resolve("kept"), 100_000, 1 << 20, Duration.ofDays(7)).orElseThrow();
    try (OutputKeeper keeper = new OutputKeeper(files)) {
      assumeThat(keeper.isReady()).isTrue();
      bench = new Bench(folder, new ProcessRunner(System.getenv(), Optional.of(keeper)));
      String text = "test -p /proc/self/fd/7 && test -p /proc/self/fd/8 && echo held; ls kept";
      assertThat(lines(command(List.of("/bin/sh"), Map.of(), text + "; true")))
          .contains("held")
          .anyMatch(line -> line.contains("Permission denied"));
    }
  }

  @Test
  void all_its_processes_end_when_its_time_is_up() throws Exception {
    String text = "echo $$ > one; trap '' TERM; sh -c 'echo $$ > two; sleep 3600' & sleep 3600";
    Execution execution =
        bench.runner.start(bench.script(text, SOON).as(nobody), bench.cookie, bench.output);
    long one = bench.pid("one");
    long two = bench.pid("two");
    assertThat(Files.getAttribute(Path.of("/proc/" + two), "unix:uid"))
        .isEqualTo((int) nobody.uid());
    assertThat(execution.await()).isInstanceOf(TimedOut.class);
    await().until(() -> !Bench.lives(one) && !Bench.lives(two));
  }

  @Test
  void what_has_left_its_parents_is_found_by_its_cookie() throws Exception {
    lines(script("setsid sh -c 'echo $$ > far; exec sleep 3600' >/dev/null 2>&1 &"));
    long far = bench.pid("far");
    try {
      new Leftovers(bench.cookie).end(Bench.SHORT_GRACE);
      await().until(() -> !Bench.lives(far));
    } finally {
      Bench.kill(far);
    }
  }

  @Test
  void a_folder_or_program_that_is_closed_to_the_user_is_named() throws Exception {
    Path program = Files.writeString(folder.resolve("run"), "#!/bin/sh\necho ran\n");
    mode(program, "rwx------");
    assertThat(bench.run(command(List.of("./run"), Map.of(), null))).isEqualTo(new Exited(126));
    assertThat(bench.printed()).contains("./run", "ermission denied");
    mode(folder, "rwx------");
    assertThat(bench.run(script("echo ran"))).isEqualTo(new Exited(126));
    assertThat(bench.printed())
        .contains("the folder " + folder + " cannot be entered by this user")
        .doesNotContain("\nran");
  }

  @Test
  void without_a_session_of_its_own_nothing_runs() throws Exception {
    bench =
        new Bench(
            folder, new ProcessRunner(System.getenv(), Optional.empty(), ControlGroups.none()));
    assertThat(bench.run(script("touch ran")))
        .isEqualTo(
            new NotStarted(
                NotStarted.REFUSED, "running programs as nobody needs setsid; install util-linux"));
    assertThat(folder.resolve("ran")).doesNotExist();
  }

  @Test
  void an_account_that_the_system_does_not_let_us_be_runs_nothing() throws Exception {
    Account none = new Account("none", 4_242_424, 4_242_424, "/", "/bin/sh");
    assertThat(bench.run(bench.script("touch ran", Bench.LONG).as(none)))
        .matches(outcome -> !outcome.succeeded());
    assertThat(folder.resolve("ran")).doesNotExist();
  }
}
