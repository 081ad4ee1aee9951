package dev.metronome.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A temporary folder with everything that the agents read and write. */
record Workshop(Path folder, Workload workload) implements AutoCloseable {

  static Workshop open() throws IOException {
    Path folder = Files.createTempDirectory("metronome-bench-");
    return new Workshop(folder, Workload.in(folder));
  }

  AgentProcess agent(Launcher launcher, String node, int consulPort) throws IOException {
    return AgentProcess.start(launcher, folder, node, consulPort, workload.taskFile());
  }

  List<Stamp> stamps(String event) throws IOException {
    return Stamp.read(workload.stamps(), event);
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
