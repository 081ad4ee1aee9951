package dev.metronome.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** What a process has started and left behind, found by a variable of its environment. */
public final class Strays {

  private Strays() {}

  /** Ends them; returns when none is left that could still write somewhere. */
  public static void end(String variable, String value) {
    String mark = variable + "=" + value + "\0";
    await("the end of what carries " + mark.strip())
        .atMost(Duration.ofMinutes(3))
        .pollDelay(Duration.ZERO)
        .until(
            () -> {
              List<ProcessHandle> left = find(mark);
              left.forEach(ProcessHandle::destroyForcibly);
              return left.isEmpty();
            });
  }

  private static List<ProcessHandle> find(String mark) {
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      return all.filter(each -> each.getFileName().toString().matches("[0-9]+"))
          .filter(each -> environment(each).contains(mark))
          .flatMap(each -> ProcessHandle.of(Long.parseLong(each.getFileName().toString())).stream())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String environment(Path process) {
    try {
      return new String(
          Files.readAllBytes(process.resolve("environ")), StandardCharsets.ISO_8859_1);
    } catch (IOException goneOrForeign) {
      return "";
    }
  }
}
