package dev.metronome.model.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The best of several runs is compared, by the time of the processor, so that a busy machine does
 * not make a red test.
 */
class ReadingSpeedTest {
  private static final int RUNS = 5;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  @Test
  void a_file_with_a_thousand_tasks_is_read_within_a_second(@TempDir Path folder)
      throws IOException {
    Path file = write(folder.resolve("p"), 1_000);

    assertThat(best(List.of(file))).isLessThan(Duration.ofSeconds(1));
  }

  @Test
  void a_hundred_patterns_are_read_within_a_second(@TempDir Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      files.add(write(folder.resolve("p" + i), 10));
    }

    assertThat(best(files)).isLessThan(Duration.ofSeconds(1));
  }

  private static Duration best(List<Path> files) {
    ScheduleReader reader = new ScheduleReader(OperationTypes.builtIn(), Variables.none());
    return IntStream.range(0, RUNS)
        .mapToObj(
            it -> {
              long start = THREADS.getCurrentThreadCpuTime();
              assertThat(reader.read(files).problems()).isEmpty();
              return Duration.ofNanos(THREADS.getCurrentThreadCpuTime() - start);
            })
        .min(Duration::compareTo)
        .orElseThrow();
  }

  private static Path write(Path folder, int tasks) throws IOException {
    StringBuilder steps = new StringBuilder("events:\n  deploy:\n    ordered_tasks:\n");
    StringBuilder definitions = new StringBuilder("variables: {greeting: hello}\ntasks:\n");
    for (int i = 0; i < tasks; i++) {
      steps.append("      - {service: db, task: task_").append(i).append("}\n");
      definitions
          .append("  task_" + i + ":\n    timeout: 60\n    operations:\n")
          .append("      - execute:\n          script: |\n")
          .append("            echo {{greeting}} " + i + "\n");
    }
    Path file = Files.createDirectories(folder).resolve("task.yml");
    return Files.writeString(file, steps.append(definitions));
  }
}
