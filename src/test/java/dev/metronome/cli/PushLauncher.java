package dev.metronome.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs {@code bin/metronome push} as a process, with something in place of Java that keeps what it
 * is given on standard input.
 */
final class PushLauncher {

  /** Of what stands in place of Java. */
  static final int JAVA = 42;

  private final Path folder;
  private final Map<String, String> variables = new HashMap<>();

  PushLauncher(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder.resolve("launcher"));
    Path java = Files.createDirectories(this.folder.resolve("bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\ncat > '" + given() + "'\nexit " + JAVA + "\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
    Files.createFile(this.folder.resolve("metronome.jar"));
  }

  private Path given() {
    return folder.resolve("given");
  }

  PushLauncher variable(String name, String value) {
    variables.put(name, value);
    return this;
  }

  /** The exit code; whatever it prints is a failure. */
  int push(byte[] input, String... arguments) throws IOException, InterruptedException {
    Files.deleteIfExists(given());
    Path in = Files.write(folder.resolve("in"), input);
    Path said = folder.resolve("said");
    List<String> line = new ArrayList<>();
    // A pipe, as Consul gives its handlers, not a file.
    line.addAll(List.of("sh", "-c", "cat '" + in + "' | \"$@\"", "sh"));
    line.addAll(List.of(Path.of("bin/metronome").toAbsolutePath().toString(), "push"));
    line.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(line).directory(folder.toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.matches("(METRONOME|CONSUL)_.*|TRACEPARENT"));
    environment.put("JAVA_HOME", folder.toString());
    environment.put("METRONOME_JAR", folder.resolve("metronome.jar").toString());
    environment.put("METRONOME_ARCHIVE", "no");
    environment.putAll(variables);
    Process process = builder.redirectErrorStream(true).redirectOutput(said.toFile()).start();
    try {
      assertThat(process.waitFor(3, TimeUnit.MINUTES)).as("it ends").isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(Files.readString(said, ISO_8859_1)).isEmpty();
    return process.exitValue();
  }

  /** Whether the agent took it: no Java was started. */
  boolean isDone(byte[] input, String... arguments) throws IOException, InterruptedException {
    int code = push(input, arguments);
    if (code != 0) {
      assertThat(code).isEqualTo(JAVA);
      assertThat(Files.readAllBytes(given())).as("what Java is given").isEqualTo(input);
    }
    return !Files.exists(given());
  }
}
