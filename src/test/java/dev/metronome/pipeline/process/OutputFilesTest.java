package dev.metronome.pipeline.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFilesTest {
  private static final String TASK = "event.0";

  @TempDir Path temp;
  private final BoundedOutput log = log(8_192);

  private static BoundedOutput log(int limit) {
    return new BoundedOutput(limit, Clock.systemUTC());
  }

  private Path folder() {
    return temp.resolve("state/output");
  }

  private OutputFiles files(long limit) {
    return OutputFiles.in(folder(), limit, 1 << 20, Duration.ofDays(7)).orElseThrow();
  }

  private List<Path> kept() throws IOException {
    try (Stream<Path> all = Files.list(folder())) {
      return all.sorted().toList();
    }
  }

  private void print(OutputSource source, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    log.append(source, bytes, 0, bytes.length);
  }

  @Test
  void what_was_said_can_be_told_again_as_it_was_logged() {
    files(100_000).begin(TASK, log);
    log.line("INFO", "begin");
    print(OutputSource.OUT, "Gr\u00fc\u00dfe \u0000 begun ");
    print(OutputSource.ERR, "odd\n");
    print(OutputSource.OUT, "ended\r\nopen");
    BoundedOutput again = log(8_192);

    files(100_000).replay(TASK, again);

    assertThat(again.render().strip()).isEqualTo(log.render().strip());
  }

  @Test
  void only_its_owner_may_look() throws IOException {
    files(100_000).begin(TASK, log);
    log.line("INFO", "begin");

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder())))
        .isEqualTo("rwx------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept().get(0))))
        .isEqualTo("rw-------");
  }

  @Test
  void a_folder_that_others_may_enter_is_not_used() throws IOException {
    Files.createDirectories(folder());
    Files.setPosixFilePermissions(folder(), PosixFilePermissions.fromString("rwxrwxrwx"));

    assertThat(OutputFiles.in(folder(), 100_000, 1 << 20, Duration.ofDays(7))).isEmpty();
    assertThat(kept()).isEmpty();
  }

  @Test
  void a_task_that_prints_without_end_keeps_its_beginning_and_its_end() throws IOException {
    files(30_000).begin(TASK, log);
    for (int i = 0; i < 20_000; i++) {
      print(OutputSource.OUT, "line " + i + "\n");
    }

    long size = kept().stream().mapToLong(file -> file.toFile().length()).sum();
    assertThat(size).isBetween(10_000L, 30_000L);
    BoundedOutput again = log(1_000_000);
    files(30_000).replay(TASK, again);
    assertThat(again.render()).contains("line 0\n", "bytes of output are left out", "line 19999");
  }

  @Test
  void of_a_task_whose_log_took_everything_nothing_stays() throws IOException {
    OutputFiles files = files(100_000);
    files.begin(TASK, log);
    print(OutputSource.OUT, "short\n");
    files.end(TASK, log);

    assertThat(kept()).isEmpty();
  }

  @Test
  void what_the_log_could_not_take_stays_and_is_not_told_again() throws IOException {
    OutputFiles files = files(100_000);
    files.begin(TASK, log);
    print(OutputSource.OUT, "x\n".repeat(20_000));
    files.end(TASK, log);

    assertThat(kept()).isNotEmpty();
    assertThat(files.untold()).isEmpty();
    files.remove(TASK);
    assertThat(kept()).isEmpty();
  }

  @Test
  void what_a_killed_agent_had_kept_is_told_to_the_next_run() {
    files(100_000).begin(TASK, log);
    print(OutputSource.OUT, "halfway\n");
    OutputFiles next = files(100_000);
    assertThat(next.untold()).containsExactly(TASK);
    BoundedOutput again = log(8_192);

    next.begin(TASK, again);

    assertThat(again.render()).contains("was cut off", "[INFO ] halfway");
  }

  @Test
  void a_file_that_cannot_be_written_is_said_in_the_log_and_harms_nothing() throws IOException {
    OutputFiles files = files(100_000);
    files.begin(TASK, log);
    Files.createDirectory(folder().resolve(TASK + ".said.0"));
    print(OutputSource.OUT, "one\n");
    print(OutputSource.OUT, "two\n");

    assertThat(log.render()).contains("[INFO ] one", "[INFO ] two", "is not kept on this node");
  }

  @Test
  void what_is_old_goes_and_the_oldest_of_what_is_too_much() throws IOException {
    files(100_000);
    Path old = file("old.0.said.0", Duration.ofDays(8), 10);
    Path first = file("first.0.said.0", Duration.ofHours(2), 700_000);
    Path second = file("second.0.said.0", Duration.ofHours(1), 700_000);

    files(100_000).prune();

    assertThat(kept()).containsExactly(second).doesNotContain(old, first);
  }

  private Path file(String name, Duration age, int size) throws IOException {
    Path file = Files.write(folder().resolve(name), new byte[size]);
    return Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
  }
}
