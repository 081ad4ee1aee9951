package dev.metronome.pipeline.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.metronome.pipeline.process.ProcessOutcome.Exited;
import dev.metronome.pipeline.process.ProcessOutcome.NotStarted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(600)
class ProcessRunnerTest {
  @TempDir Path folder;
  private Bench bench;

  @BeforeEach
  void setUp() {
    bench = new Bench(folder);
  }

  @Test
  void exit_codes_are_reported_as_they_are() throws InterruptedException {
    assertThat(bench.run("exit 0")).isEqualTo(new Exited(0)).matches(ProcessOutcome::succeeded);
    assertThat(bench.run("exit 3")).isEqualTo(new Exited(3)).matches(o -> !o.succeeded());
    assertThat(bench.run("kill -9 $$")).isEqualTo(new Exited(137));
  }

  @Test
  void stdout_and_stderr_come_in_their_order() throws Exception {
    String script =
        "echo one; until [ -e 1 ]; do :; done; echo two >&2; until [ -e 2 ]; do :; done;";
    Execution execution = bench.start(script + " echo three; printf four >&2");
    await().until(() -> bench.printed().equals("one\n"));
    Files.createFile(folder.resolve("1"));
    await().until(() -> bench.printed().equals("one\ntwo\n"));
    Files.createFile(folder.resolve("2"));
    execution.await();

    assertThat(bench.printed()).isEqualTo("one\ntwo\nthree\nfour\n");
    assertThat(bench.output.render().lines().map(line -> line.replaceAll("^\\S+ | \\w+$", "")))
        .containsExactly("[INFO ]", "[WARN ]", "[INFO ]", "[WARN ]");
  }

  @Test
  void arguments_arrive_unchanged() throws InterruptedException {
    ProcessCommand command =
        command(List.of("printf", "<%s>", "a b", "", "$(id)", "'\"", "-n", "ü\n"));

    assertThat(bench.run(command)).isEqualTo(new Exited(0));
    assertThat(bench.printed()).isEqualTo("<a b><><$(id)><'\"><-n><ü\n>\n");
  }

  @Test
  void command_runs_in_its_directory_with_its_environment_added() throws InterruptedException {
    ProcessRunner runner =
        new ProcessRunner(Map.of("PATH", "/usr/bin:/bin", "A", "base", "B", "b"));
    ProcessCommand command =
        new ProcessCommand(
            List.of("env"),
            folder,
            Map.of("A", "own", "QUOTED", "a 'b' \"c\" $d"),
            Optional.empty(),
            Bench.LONG,
            ProcessCommand.KILL_GRACE);

    runner.start(command, bench.cookie, bench.output).await();

    assertThat(bench.printed().lines())
        .containsExactlyInAnyOrder(
            "PATH=/usr/bin:/bin",
            "A=own",
            "B=b",
            "QUOTED=a 'b' \"c\" $d",
            "PWD=" + folder,
            "METRONOME_EXECUTION=" + bench.cookie);
  }

  @Test
  void command_leads_a_session_and_a_group_of_its_own() throws InterruptedException {
    bench.run("cut -d' ' -f1,5,6 /proc/$$/stat");

    String[] ids = bench.printed().trim().split(" ", -1);
    assertThat(ids[0]).isEqualTo(ids[1]).isEqualTo(ids[2]);
  }

  @Test
  void script_on_stdin_is_run() throws InterruptedException {
    assertThat(bench.run(fed("echo fed\nexit 4\n"))).isEqualTo(new Exited(4));
    assertThat(bench.printed()).isEqualTo("fed\n");
  }

  @Test
  void input_that_nobody_reads_blocks_nothing() throws InterruptedException {
    assertThat(bench.run(fed("exit 5\n" + "# filler\n".repeat(120_000)))).isEqualTo(new Exited(5));
  }

  @Test
  void large_input_arrives_whole() throws InterruptedException {
    ProcessCommand count = command(List.of("wc", "-c"), "x".repeat(1_000_000));

    bench.run(count);

    assertThat(bench.printed().trim()).isEqualTo("1000000");
  }

  @Test
  void without_input_stdin_is_dev_null() throws InterruptedException {
    assertThat(bench.run("readlink /proc/self/fd/0; cat")).isEqualTo(new Exited(0));
    assertThat(bench.printed()).isEqualTo("/dev/null\n");
  }

  @Test
  void missing_program_is_named() throws InterruptedException {
    assertThat(bench.run(command(List.of("no-such-program"))))
        .asInstanceOf(notStarted())
        .matches(o -> o.code() == 127)
        .matches(o -> o.reason().startsWith("program no-such-program is not in the PATH"));
    assertThat(bench.run(command(List.of("./gone.sh"))))
        .isEqualTo(new NotStarted(127, "program " + folder + "/./gone.sh does not exist"));
  }

  @Test
  void missing_directory_is_named() throws InterruptedException {
    Path gone = folder.resolve("gone");
    ProcessCommand command = ProcessCommand.of(List.of("true"), gone, Bench.LONG);

    assertThat(bench.run(command))
        .isEqualTo(new NotStarted(127, "directory " + gone + " does not exist"));
  }

  @Test
  void file_that_is_not_executable_is_refused() throws IOException, InterruptedException {
    Path file = Files.writeString(folder.resolve("plain.sh"), "echo no\n");

    assertThat(bench.run(command(List.of(file.toString()))))
        .isEqualTo(new NotStarted(126, "program " + file + " is not an executable file"));
  }

  @Test
  void missing_interpreter_is_named_beside_the_program_that_asks_for_it()
      throws IOException, InterruptedException {
    Path file = Files.writeString(folder.resolve("odd.sh"), "#!/no/such/interpreter\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();

    assertThat(bench.run(command(List.of("./odd.sh"))))
        .asInstanceOf(notStarted())
        .matches(o -> o.code() == 127)
        .matches(o -> o.reason().contains("odd.sh asks for /no/such/interpreter to run it"));
  }

  @Test
  void arguments_too_long_for_the_system_are_refused() throws InterruptedException {
    assertThat(bench.run(command(List.of("true", "x".repeat(3_000_000)))))
        .asInstanceOf(notStarted())
        .matches(o -> o.code() == 126)
        .matches(o -> o.reason().contains("Argument list too long"));
  }

  @Test
  void two_at_once_do_not_disturb_each_other() throws InterruptedException {
    Bench other = new Bench(folder, bench.runner);
    Execution endless = bench.start("echo $$ > endless; echo mine; exec sleep 300");
    long pid = bench.pid("endless");

    assertThat(other.start("exec sleep 300", Duration.ofMillis(100)).await())
        .isInstanceOf(ProcessOutcome.TimedOut.class);
    assertThat(other.run("echo yours")).isEqualTo(new Exited(0));

    assertThat(Bench.lives(pid)).isTrue();
    assertThat(endless.cancel("enough")).isTrue();
    assertThat(endless.await()).isEqualTo(new ProcessOutcome.Cancelled("enough", List.of()));
    assertThat(bench.printed()).isEqualTo("mine\n");
    assertThat(other.printed()).isEqualTo("yours\n");
  }

  private static org.assertj.core.api.InstanceOfAssertFactory<
          NotStarted, org.assertj.core.api.ObjectAssert<NotStarted>>
      notStarted() {
    return org.assertj.core.api.InstanceOfAssertFactories.type(NotStarted.class);
  }

  private ProcessCommand fed(String input) {
    return command(List.of("/bin/sh"), input);
  }

  private ProcessCommand command(List<String> argv) {
    return ProcessCommand.of(argv, folder, Bench.LONG);
  }

  private ProcessCommand command(List<String> argv, String input) {
    return new ProcessCommand(
        argv, folder, Map.of(), Optional.of(input), Bench.LONG, ProcessCommand.KILL_GRACE);
  }
}
