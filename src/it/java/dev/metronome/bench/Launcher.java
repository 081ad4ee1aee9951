package dev.metronome.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** How metronome is started: as users do, by {@code bin/metronome}, else by what it would run. */
record Launcher(List<String> command, String description) {

  /** Variables that say what runs; all others of ours and of Consul's say where and how. */
  private static final Set<String> KEPT =
      Set.of("METRONOME_JAR", "METRONOME_JAVA_OPTS", "METRONOME_ARCHIVE");

  static Launcher of(Path home) {
    Path script = home.resolve("bin/metronome");
    if (Files.isExecutable(script)) {
      return new Launcher(List.of(script.toString()), "bin/metronome");
    }
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String jar = home.resolve("target/metronome.jar").toString();
    List<String> options =
        List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx48m", "-Xss512k");
    List<String> command = new ArrayList<>(List.of(java));
    command.addAll(options);
    command.addAll(List.of("-jar", jar));
    return new Launcher(command, "java " + String.join(" ", options) + " -jar metronome.jar");
  }

  /** A process that runs metronome, in a folder of its own so that nothing lying about is read. */
  ProcessBuilder process(Path folder, List<String> arguments) {
    List<String> all = new ArrayList<>(command);
    all.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(all).directory(folder.toFile());
    builder.environment().keySet().removeIf(Launcher::configures);
    return builder;
  }

  private static boolean configures(String variable) {
    return variable.startsWith("CONSUL_")
        || (variable.startsWith("METRONOME_") && !KEPT.contains(variable));
  }
}
