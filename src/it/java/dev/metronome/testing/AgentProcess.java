package dev.metronome.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** An agent of ours as a process of its own, from the packaged jar. */
public final class AgentProcess implements AutoCloseable {

  /** Whatever the agent starts inherits it, and is found by it. */
  private static final String MARK = "AGENT_UNDER_TEST";

  /** Of all agents, who keep apart; in no test's folder, which goes sooner than the last writer. */
  private static final Path OUTPUT = Path.of("target/it-output").toAbsolutePath();

  private final Process process;
  private final Path log;
  private final String mark;

  private AgentProcess(Process process, Path log, String mark) {
    this.process = process;
    this.log = log;
    this.mark = mark;
  }

  /**
   * Starts {@code metronome agent} with these options, on any free port.
   *
   * @param log where its output goes
   */
  public static AgentProcess start(Path log, List<String> options) {
    return start(log, List.of(), options);
  }

  /**
   * The same, with options of the JVM.
   *
   * @param jvm such as {@code -Dmetronome.crash=before:claim}
   */
  public static AgentProcess start(Path log, List<String> jvm, List<String> options) {
    return start(log, jvm, options, Map.of());
  }

  /**
   * The same, with variables of its own.
   *
   * @param variables such as {@code METRONOME_PAYLOAD_TOKEN}
   */
  public static AgentProcess start(
      Path log, List<String> jvm, List<String> options, Map<String, String> variables) {
    return start(log, jar(), jvm, options, variables);
  }

  /**
   * The same, of another version.
   *
   * @param jar such as {@link PreviousRelease#jar}
   */
  public static AgentProcess start(
      Path log, Path jar, List<String> jvm, List<String> options, Map<String, String> variables) {
    return start(log, List.of(), jar, jvm, options, variables);
  }

  /**
   * The same, by another program.
   *
   * @param by a command that runs the one behind it, such as {@code prlimit --nofile=100 --}
   */
  public static AgentProcess start(
      Path log,
      List<String> by,
      Path jar,
      List<String> jvm,
      List<String> options,
      Map<String, String> variables) {
    List<String> command = new ArrayList<>(by);
    command.addAll(java(jar));
    command.addAll(jvm);
    command.addAll(List.of("-jar", jar.toString(), "agent", "--http-port", "0"));
    command.addAll(options);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("CONSUL_"));
    builder.environment().keySet().removeIf(name -> name.startsWith("METRONOME_"));
    builder.environment().put("MALLOC_ARENA_MAX", "2"); // as bin/metronome does
    builder.environment().put("METRONOME_OUTPUT_DIR", OUTPUT.toString());
    builder.environment().put("METRONOME_WARM_UP", "false"); // of what tests would wait for
    builder.environment().putAll(variables);
    String mark = UUID.randomUUID().toString();
    builder.environment().put(MARK, mark);
    builder.directory(log.getParent().toFile());
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    try {
      return new AgentProcess(builder.start(), log, mark);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> java(Path jar) {
    String home = System.getProperty("java.home");
    return List.of(
        "env", // a JVM leaves a signal alone that whoever runs the tests ignores, as nohup does
        "--default-signal=HUP",
        home + "/bin/java",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xshare:auto", // Maven made the archive; another jar's is passed over, silently
        "-XX:SharedArchiveFile=" + jar.resolveSibling("metronome.jsa"),
        "-Xlog:disable",
        "-Xmx64m");
  }

  /** The packaged jar, as Maven or an IDE knows it. */
  public static Path jar() {
    return Path.of(System.getProperty("metronome.jar", "target/metronome.jar")).toAbsolutePath();
  }

  public String log() {
    try {
      // It may be read in the middle of a character; and a device has no end.
      return Files.isRegularFile(log) ? new String(Files.readAllBytes(log), UTF_8) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until the log has a line with this text. */
  public AgentProcess awaitLog(String text) {
    await("log with '" + text + "'")
        .atMost(Duration.ofMinutes(3))
        .pollInterval(Duration.ofMillis(50))
        .until(() -> log().contains(text) || (!process.isAlive() && giveUp(text)));
    return this;
  }

  private boolean giveUp(String text) {
    throw new AssertionError("the agent ended without saying '" + text + "':\n" + log());
  }

  public AgentProcess awaitStarted() {
    awaitLog("state=started");
    return awaitLog("state=created");
  }

  /** Whether the newest word of its log about the leader is that it leads. */
  public boolean leads() {
    String text = log();
    return text.lastIndexOf("leader=this agent") > text.lastIndexOf("leader=another agent");
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  public long pid() {
    return process.pid();
  }

  /** SIGKILL, to this process only. */
  public void kill() {
    process.destroyForcibly();
    awaitExit();
  }

  /** SIGSTOP: it stands still, its operations go on. */
  public void pause() {
    Signal.STOP.to(process);
  }

  /** SIGHUP; does not wait for what comes of it. */
  public void hangUp() {
    Signal.HUP.to(process);
  }

  /** SIGCONT. */
  public void resume() {
    Signal.CONT.to(process);
  }

  /** SIGTERM; does not wait. */
  public void terminate() {
    process.destroy();
  }

  public int awaitExit() {
    try {
      if (!process.waitFor(3, TimeUnit.MINUTES)) {
        throw new AssertionError("the agent does not end:\n" + log());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Ends it and whatever it has started, also if it was killed before. */
  @Override
  public void close() {
    process.destroyForcibly();
    awaitExit();
    Strays.end(MARK, mark);
  }
}
