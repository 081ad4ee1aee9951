package dev.metronome.pipeline.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(600)
class LeftoversTest {
  private final Cookie incarnation = new Cookie("node/" + UUID.randomUUID());

  @TempDir Path folder;

  @AfterEach
  void endEverything() throws InterruptedException {
    assertThat(new Leftovers(incarnation).end(Duration.ZERO)).isEmpty();
  }

  @Test
  void leftovers_are_found_by_the_cookie_and_nobody_else_is() throws Exception {
    long first = leave("1");
    long tenth = leave("10");

    assertThat(new Leftovers(cookie("1")).find()).containsExactly(first);
    assertThat(new Leftovers(incarnation).find()).containsExactlyInAnyOrder(first, tenth);
    assertThat(new Leftovers(cookie("2")).find()).isEmpty();
  }

  @Test
  void ending_leftovers_spares_other_executions() throws Exception {
    long first = leave("1");
    long tenth = leave("10");

    assertThat(new Leftovers(cookie("1")).end(Bench.SHORT_GRACE)).isEmpty();

    assertThat(List.of(first, tenth)).filteredOn(Bench::lives).containsExactly(tenth);
  }

  @Test
  void children_that_dropped_the_cookie_belong_to_their_parent() throws Exception {
    leave("1", "env -i /bin/sh -c 'echo $$ > bare; exec sleep 300' & echo $$ > own; wait");
    Bench bench = new Bench(folder);
    List<Long> pids = List.of(bench.pid("own"), bench.pid("bare"));

    assertThat(new Leftovers(cookie("1")).find()).containsExactlyInAnyOrderElementsOf(pids);
  }

  private Cookie cookie(String number) {
    return new Cookie(incarnation + "/event/" + number);
  }

  private long leave(String number) throws Exception {
    leave(number, "echo $$ > left" + number + "; exec sleep 300");
    return new Bench(folder).pid("left" + number);
  }

  /** Starts a process that is no child of this one, as after a crash. */
  private void leave(String number, String script) throws Exception {
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", "setsid sh -c \"$1\" &", "sh", script);
    builder.environment().put(Cookie.VARIABLE, cookie(number).value());
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.directory(folder.toFile()).start().waitFor();
  }
}
