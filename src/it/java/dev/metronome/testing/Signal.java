package dev.metronome.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** What is sent to a process with kill(1). */
enum Signal {
  HUP,
  STOP,
  CONT;

  /**
   * Sends it. A process that is to stop has stopped when this returns: the kernel takes its time.
   */
  void to(Process process) {
    try {
      String pid = Long.toString(process.pid());
      new ProcessBuilder("kill", "-" + name(), pid).inheritIO().start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException("the signal " + this + " cannot be sent", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (this == STOP) {
      Awaitility.await("process " + process.pid() + " stands still")
          .atMost(Duration.ofMinutes(3))
          .pollInterval(Duration.ofMillis(5))
          .ignoreExceptions() // its threads come and go
          .until(() -> !process.isAlive() || standsStill(process.pid()));
    }
  }

  private static boolean standsStill(long pid) throws IOException {
    try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
      List<Path> all = threads.toList();
      return all.stream().allMatch(Signal::isStopped);
    }
  }

  /** Of a thread that is gone meanwhile too. */
  private static boolean isStopped(Path thread) {
    try {
      return Files.readAllLines(thread.resolve("status")).stream()
          .anyMatch(line -> line.startsWith("State:") && line.contains("T (stopped)"));
    } catch (IOException e) {
      return !Files.exists(thread);
    }
  }
}
