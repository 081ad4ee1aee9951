package dev.metronome.bench;

import dev.metronome.testing.LiveHeap;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One metronome agent as a process of its own, its log read as it comes. */
final class AgentProcess implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int LAST_WORDS = 20;

  private final String node;
  private final long begunNanos = System.nanoTime();
  private final Process process;
  private final CountDownLatch started = new CountDownLatch(1);
  private final CountDownLatch session = new CountDownLatch(1);
  private final ConcurrentLinkedDeque<String> lastWords = new ConcurrentLinkedDeque<>();
  private volatile long startedNanos;
  private volatile long sessionNanos;

  private AgentProcess(String node, Process process) {
    this.node = node;
    this.process = process;
  }

  /** Starts the agent of a node; does not wait for it. */
  static AgentProcess start(String node, ProcessBuilder builder) throws IOException {
    AgentProcess agent = new AgentProcess(node, builder.redirectErrorStream(true).start());
    Thread reader = new Thread(agent::read, "log-" + node);
    reader.setDaemon(true);
    reader.start();
    return agent;
  }

  /** Waits until it has said that it has started and has a session. */
  void await() throws InterruptedException {
    boolean up =
        started.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)
            && session.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    if (!up) {
      throw new IllegalStateException(
          "the agent of " + node + " did not start:\n" + String.join("\n", lastWords));
    }
  }

  /** From the start of the process to the log line state=started. */
  long startNanos() {
    return startedNanos - begunNanos;
  }

  /** From the start of the process until it had a session. */
  long sessionNanos() {
    return sessionNanos - begunNanos;
  }

  /** A figure of /proc/PID/status in MB, as VmRSS. */
  double megabytes(String field) throws IOException {
    if (!process.isAlive()) {
      throw new IllegalStateException("the agent of " + node + " has ended");
    }
    return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
        .filter(line -> line.startsWith(field + ":"))
        .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no " + field + " of " + node));
  }

  /** What is left in its heap after a full collection, in MB. */
  double liveHeap() throws IOException {
    return LiveHeap.megabytes(process.pid());
  }

  private void read() {
    try (BufferedReader log =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = log.readLine(); line != null; line = log.readLine()) {
        hear(line);
      }
    } catch (IOException e) {
      lastWords.add("its log ended: " + e.getMessage());
    }
  }

  private void hear(String line) {
    if (line.contains(" state=started")) {
      startedNanos = System.nanoTime();
      started.countDown();
    } else if (line.contains("session=") && line.contains(" state=created")) {
      sessionNanos = System.nanoTime();
      session.countDown();
    }
    lastWords.add(line);
    if (lastWords.size() > LAST_WORDS) {
      lastWords.poll();
    }
  }

  /** As an operator would. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(40, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
