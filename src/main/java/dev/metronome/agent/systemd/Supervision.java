package dev.metronome.agent.systemd;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the systemd that started this process how the agent is: ready, alive, stopping. Does
 * nothing where no systemd asks for it. Sends by {@code systemd-notify}: the JDK has no datagram
 * sockets of the kind that systemd listens on.
 *
 * <p><b>Guarantees</b>: the watchdog is fed only while the agent's health is good, at a quarter of
 * the time that systemd waits. Ready is said when the agent says so, or after some seconds without,
 * so that nobody who starts the service waits for Consul.
 *
 * <p><b>Does not guarantee</b> that anything arrives; then systemd ends the agent and starts
 * another.
 */
public final class Supervision implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Supervision.class);
  private static final String SOCKET = "NOTIFY_SOCKET";
  private static final String PERIOD = "WATCHDOG_USEC";
  private static final List<String> PRIVATE =
      List.of(SOCKET, PERIOD, "WATCHDOG_PID", "RUNTIME_DIRECTORY", "STATE_DIRECTORY");
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Optional<Tool> notifier;
  private final Optional<Duration> period;
  private final Duration patience;
  private final CountDownLatch ready = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);
  private Optional<Thread> thread = Optional.empty();
  private boolean wasGood = true;

  private Supervision(Map<String, String> environment, Duration patience) {
    this.notifier = notifier(environment);
    this.period = period(environment);
    this.patience = patience;
  }

  /** For the process of that environment. */
  public static Supervision of(Map<String, String> environment) {
    return new Supervision(environment, PATIENCE);
  }

  static Supervision of(Map<String, String> environment, Duration patience) {
    return new Supervision(environment, patience);
  }

  /** The environment for others: what they say is not what the agent says. */
  public static Map<String, String> without(Map<String, String> environment) {
    Map<String, String> rest = new HashMap<>(environment);
    PRIVATE.forEach(rest::remove);
    return rest;
  }

  private static Optional<Tool> notifier(Map<String, String> environment) {
    if (environment.getOrDefault(SOCKET, "").isEmpty()) {
      return Optional.empty();
    }
    Optional<Tool> tool = Tool.find("systemd-notify", environment);
    if (tool.isEmpty()) {
      LOG.warn(
          "there is no systemd-notify on the PATH: systemd will not hear that this agent works");
    }
    return tool;
  }

  private static Optional<Duration> period(Map<String, String> environment) {
    String micros = environment.getOrDefault(PERIOD, "");
    return micros.matches("\\d{1,15}")
        ? Optional.of(Duration.ofNanos(Math.max(1_000, Long.parseLong(micros)) * 1_000 / 4))
        : Optional.empty();
  }

  /** Begins; {@code health} is asked from now on. */
  public void start(Health health) {
    if (notifier.isEmpty()) {
      return;
    }
    Thread teller = new Thread(() -> run(health), "metronome-systemd");
    teller.setDaemon(true);
    teller.start();
    thread = Optional.of(teller);
  }

  /** The agent takes part in the cluster. */
  public void ready() {
    ready.countDown();
  }

  /** The agent is about to stop. Returns when systemd has been told; later calls do nothing. */
  @Override
  public void close() {
    if (thread.isEmpty() || closed.getCount() == 0) {
      return;
    }
    closed.countDown();
    thread.get().interrupt();
    try {
      thread.get().join();
      send("STOPPING=1", "STATUS=stopping");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run(Health health) {
    try {
      if (!ready.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        send("READY=1", "STATUS=waiting for Consul");
        feed(health, ready);
      }
      send("READY=1", "STATUS=started");
      feed(health, closed);
    } catch (InterruptedException e) {
      LOG.debug("the agent stops");
    }
  }

  private void feed(Health health, CountDownLatch end) throws InterruptedException {
    if (period.isEmpty()) {
      end.await();
      return;
    }
    do {
      boolean good = health.isGood();
      if (good) {
        send("WATCHDOG=1");
      } else if (wasGood) {
        LOG.warn("this agent does not answer on its own port; systemd will end it if that goes on");
      }
      wasGood = good;
    } while (!end.await(period.get().toMillis(), TimeUnit.MILLISECONDS));
  }

  private void send(String... assignments) throws InterruptedException {
    try {
      Tool.Answer answer = notifier.orElseThrow().run(List.of(assignments));
      if (!answer.isDone()) {
        LOG.warn("systemd-notify ended with exit code {}: {}", answer.code(), answer.output());
      }
    } catch (IOException e) {
      LOG.warn("systemd-notify could not be run: {}", e.getMessage());
    }
  }
}
