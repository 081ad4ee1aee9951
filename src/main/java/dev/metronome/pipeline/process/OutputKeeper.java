package dev.metronome.pipeline.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small process that outlives this one: if the agent is killed, it reads on what the agent's
 * operations print, into files of a bounded size. While the agent lives it does nothing.
 *
 * <p>An operation holds the reading end of its own pipes (descriptors 7 and 8), so that there is no
 * moment at which nobody does; the keeper opens them through {@code /proc} when the agent is gone.
 *
 * <p><i>Guarantees:</i> it has ended when the agent has and no operation holds its pipes any more.
 *
 * <p><i>Does not guarantee</i> anything without {@code /proc}, or for a program that closes or
 * replaces those descriptors: that one is killed by SIGPIPE as it would be without a keeper.
 *
 * <p>Safe for use by several threads.
 */
public final class OutputKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OutputKeeper.class);
  private static final String SCRIPT = "/process/output-keeper.sh";
  private static final String NOWHERE = "-";

  private final OutputFiles files;
  private final Map<Long, String> running = new LinkedHashMap<>();
  private Optional<RandomAccessFile> list = Optional.empty();
  private Optional<Process> keeper = Optional.empty();
  private boolean tried;

  /**
   * @param files where the output of operations is kept
   */
  public OutputKeeper(OutputFiles files) {
    this.files = files;
  }

  /** Whether operations may rely on it; starts it when it is first asked. */
  synchronized boolean isReady() {
    if (!tried) {
      tried = true;
      try {
        start();
      } catch (IOException e) {
        LOG.warn(
            "output-keeper state=unusable a script that prints while no agent runs ends: {}",
            e.toString());
        end();
      }
    }
    return keeper.isPresent();
  }

  private void start() throws IOException {
    Path path = files.folder().resolve("running." + ProcessHandle.current().pid() + "." + hash());
    OutputFile.create(path);
    list = Optional.of(new RandomAccessFile(path.toFile(), "rw"));
    ProcessBuilder builder = new ProcessBuilder(argv(path));
    builder.environment().keySet().retainAll(List.of("PATH"));
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    Process started = builder.start();
    keeper = Optional.of(started);
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(started.getInputStream(), StandardCharsets.US_ASCII))) {
      if (!"ready".equals(reader.readLine())) {
        throw new IOException("pipes cannot be opened through /proc");
      }
    }
  }

  private List<String> argv(Path list) throws IOException {
    List<String> argv = new ArrayList<>();
    ProcessRunner.findSetsid().ifPresent(argv::add);
    argv.addAll(List.of("/bin/sh", "-c", script(), "metronome-output", list.toString()));
    argv.add(Long.toString(files.segmentBytes()));
    return argv;
  }

  private static String script() throws IOException {
    try (InputStream script = OutputKeeper.class.getResourceAsStream(SCRIPT)) {
      return new String(script.readAllBytes(), StandardCharsets.US_ASCII);
    }
  }

  private String hash() {
    return Integer.toHexString(System.identityHashCode(this));
  }

  /**
   * Has it read on for a process, should the agent be killed.
   *
   * @param name under which its output is kept; without one it is read and thrown away
   */
  synchronized void attach(long pid, Optional<String> name) {
    try {
      Path descriptors = Path.of("/proc/" + pid + "/fd");
      Path out = Files.readSymbolicLink(descriptors.resolve("1"));
      Path err = Files.readSymbolicLink(descriptors.resolve("2"));
      running.put(pid, pid + " " + out + " " + err + " " + name.orElse(NOWHERE) + "\n");
      write();
    } catch (IOException e) {
      LOG.debug("output-keeper pid={} is not attached: {}", pid, e.toString());
    }
  }

  /** The process, and whoever has its pipes from it, have closed them. */
  synchronized void detach(long pid) {
    if (running.remove(pid) != null) {
      try {
        write();
      } catch (IOException e) {
        LOG.debug("output-keeper pid={} is not detached: {}", pid, e.toString());
      }
    }
  }

  private void write() throws IOException {
    if (list.isPresent()) {
      byte[] lines = String.join("", running.values()).getBytes(StandardCharsets.US_ASCII);
      list.get().seek(0);
      list.get().write(lines);
      list.get().setLength(lines.length);
    }
  }

  /** It reads on for what still runs, and then ends. */
  @Override
  public synchronized void close() {
    tried = true;
    end();
  }

  private void end() {
    try {
      if (keeper.isPresent()) {
        keeper.get().getOutputStream().close();
      }
      if (list.isPresent()) {
        list.get().close();
      }
    } catch (IOException e) {
      LOG.debug("output-keeper cannot be let go: {}", e.toString());
    }
    keeper = Optional.empty();
    list = Optional.empty();
  }
}
