package dev.metronome.testing;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** One real consul process, a server and the agent of its own node, with settings of a test's. */
public final class SingleConsul implements AutoCloseable {

  private final ConsulProcess process;

  private SingleConsul(ConsulProcess process) {
    this.process = process;
  }

  /**
   * Starts it and waits until it leads itself.
   *
   * @param folder for its data and its log
   * @param settings in Consul's own language; those that come later win
   */
  public static SingleConsul start(Path folder, String node, String... settings) {
    Ports ports = Ports.free();
    List<String> command =
        new ArrayList<>(
            new ConsulCommands(RealConsul.binary(), folder, 1).server(node, ports, List.of()));
    for (String each : settings) {
      command.add("-hcl=" + each);
    }
    ConsulProcess process = new ConsulProcess(node, folder, ports, command);
    SingleConsul consul = new SingleConsul(process);
    process.start();
    try {
      Readiness readiness = new Readiness(ports.http());
      Awaitility.await().atMost(Duration.ofMinutes(3)).until(readiness::hasLeader);
    } catch (ConditionTimeoutException e) {
      consul.close();
      throw new IllegalStateException(process.lastWords(), e);
    }
    return consul;
  }

  /** A port that nobody has, for a setting. */
  public static int freePort() {
    return Ports.free().http();
  }

  public URI address() {
    return URI.create("http://127.0.0.1:" + port());
  }

  /** Of plain HTTP. */
  public int port() {
    return process.ports().http();
  }

  /** Processor time that it has used, user and system. */
  public double processorMillis() {
    return process.processorMillis();
  }

  public String lastWords() {
    return process.lastWords();
  }

  @Override
  public void close() {
    process.kill();
  }
}
