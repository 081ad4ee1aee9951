package dev.metronome.pipeline.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metronome.base.encoding.NativeText;
import dev.metronome.pipeline.process.ProcessOutcome.NotStarted;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("text")
class CommandEncodingTest {
  private static final NativeText POOR = new NativeText("ANSI_X3.4-1968", false);
  private static final String WHY = " has characters that cannot be handed on: " + POOR.lack();

  @TempDir Path folder;

  private ProcessOutcome run(List<String> argv, Map<String, String> variables) throws Exception {
    ProcessRunner runner =
        new ProcessRunner(
            Map.of("PATH", "/usr/bin:/bin"),
            Optional.empty(),
            ControlGroups.own(),
            Bench.LONG,
            POOR,
            Optional.empty());
    Bench bench = new Bench(folder, runner);
    return bench.run(
        new ProcessCommand(argv, folder, variables, Optional.of("☃"), Bench.LONG, Duration.ZERO));
  }

  @Test
  void what_would_be_altered_is_refused_by_name_and_never_by_value() throws Exception {
    assertThat(run(List.of("true", "a", "Åsa"), Map.of())).isEqualTo(refused("argument 2"));
    assertThat(run(List.of("./größe"), Map.of())).isEqualTo(refused("the program's name"));
    assertThat(run(List.of("true"), Map.of("WHO", "Åsa"))).isEqualTo(refused("the variable WHO"));
  }

  @Test
  void what_is_read_from_a_pipe_needs_no_locale() throws Exception {
    assertThat(run(List.of("grep", "-q", "."), Map.of("WHO", "me")))
        .isEqualTo(new ProcessOutcome.Exited(0));
  }

  private static NotStarted refused(String what) {
    return new NotStarted(NotStarted.REFUSED, what + WHY);
  }
}
