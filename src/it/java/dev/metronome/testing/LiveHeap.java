package dev.metronome.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is left in the heap of a JVM after a full collection. */
public final class LiveHeap {

  private static final int PATIENCE_SECONDS = 30;
  private static final double MEGABYTE = 1024 * 1024;

  /** The last line of a histogram of live objects: instances and bytes. */
  private static final Pattern TOTAL = Pattern.compile("(?m)^Total +\\d+ +(\\d+)");

  private LiveHeap() {}

  /**
   * Collects, by the JDK's {@code jcmd}, and adds up what lives. The JVM stands still meanwhile,
   * for some tenths of a second.
   *
   * @return megabytes
   * @throws IOException if the process ends meanwhile, or does not answer
   */
  public static double megabytes(long pid) throws IOException {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    Process process =
        new ProcessBuilder(List.of(jcmd.toString(), Long.toString(pid), "GC.class_histogram"))
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Matcher total = TOTAL.matcher(said);
    if (!ended(process) || !total.find()) {
      throw new IOException("no histogram of process " + pid + ": " + said.lines().findFirst());
    }
    return Long.parseLong(total.group(1)) / MEGABYTE;
  }

  private static boolean ended(Process process) {
    try {
      return process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      process.destroyForcibly();
    }
  }
}
