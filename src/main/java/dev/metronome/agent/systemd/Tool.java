package dev.metronome.agent.systemd;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A program of systemd's, found on the PATH of an environment and run with that environment.
 *
 * @param file where it is
 * @param environment all that it gets
 */
record Tool(Path file, Map<String, String> environment) {
  private static final String DEFAULT_PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  private static final File NOTHING = new File("/dev/null");

  /**
   * How it ended.
   *
   * @param code its exit code
   * @param output what it wrote, to either stream
   */
  record Answer(int code, String output) {
    boolean isDone() {
      return code == 0;
    }
  }

  /** The program of that name, if there is one. */
  static Optional<Tool> find(String name, Map<String, String> environment) {
    String path = environment.getOrDefault("PATH", DEFAULT_PATH);
    return Stream.of(path.split(File.pathSeparator))
        .map(folder -> Path.of(folder, name))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst()
        .map(file -> new Tool(file, environment));
  }

  /**
   * Waits until it has ended.
   *
   * @throws IOException if it could not be started
   */
  Answer run(List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(file.toString()));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectInput(NOTHING).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.environment().put("LC_ALL", "C");
    Process process = builder.start();
    try {
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      return new Answer(process.waitFor(), output);
    } finally {
      process.destroy();
    }
  }
}
