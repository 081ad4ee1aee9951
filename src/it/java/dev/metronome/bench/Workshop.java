package dev.metronome.bench;

import dev.metronome.testing.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A temporary folder with everything that the agents read and write.
 *
 * @param settings of every agent, as lines of its configuration
 */
record Workshop(Path folder, Workload workload, List<String> settings) implements AutoCloseable {

  static Workshop open(List<String> settings) throws IOException {
    Path folder = Files.createTempDirectory("metronome-bench-");
    return new Workshop(folder, Workload.in(folder), settings);
  }

  AgentProcess agent(Launcher launcher, String node, int consulPort) throws IOException {
    return agent(launcher, node, consulPort, workload.taskFile());
  }

  AgentProcess agent(Launcher launcher, String node, int consulPort, Path taskFile)
      throws IOException {
    configure(node, consulPort, taskFile);
    return AgentProcess.start(node, launcher.process(folder, command(node, "agent")));
  }

  /** Writes what a node's agent and the commands there read, with a port that is free now. */
  void configure(String node, int consulPort) throws IOException {
    configure(node, consulPort, workload.taskFile());
  }

  private void configure(String node, int consulPort, Path taskFile) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("host: 127.0.0.1");
    lines.add("port: " + consulPort);
    lines.add("http-port: " + Ports.one());
    lines.add("files: " + taskFile);
    lines.addAll(settings);
    Files.write(configuration(node), lines);
  }

  private Path configuration(String node) {
    return folder.resolve(node + ".yml");
  }

  /** The arguments of a command on a node, as configured. */
  List<String> command(String node, String... words) {
    List<String> command = new ArrayList<>(List.of(words));
    command.addAll(List.of("--config", configuration(node).toString()));
    return command;
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
