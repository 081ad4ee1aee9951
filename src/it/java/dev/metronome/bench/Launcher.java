package dev.metronome.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** How metronome is started: as users do, by {@code bin/metronome}. */
record Launcher(Path script) {

  private static final String OPTIONS = "METRONOME_JAVA_OPTS";

  /** Variables that say what runs; all others of ours and of Consul's say where and how. */
  private static final Set<String> KEPT = Set.of("METRONOME_JAR", OPTIONS, "METRONOME_ARCHIVE");

  static Launcher of(Path home) {
    Path script = home.resolve("bin/metronome");
    if (!Files.isExecutable(script)) {
      throw new IllegalStateException(script + " cannot be run; name its folder with --home");
    }
    return new Launcher(script);
  }

  String description() {
    String options = System.getenv(OPTIONS);
    return "bin/metronome" + (options == null ? "" : " with " + OPTIONS + "=" + options);
  }

  /** A process that runs metronome, in a folder of its own so that nothing lying about is read. */
  ProcessBuilder process(Path folder, List<String> arguments) {
    List<String> all = new ArrayList<>(List.of(script.toString()));
    all.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(all).directory(folder.toFile());
    builder.environment().keySet().removeIf(Launcher::configures);
    return builder;
  }

  /** The same, with one more option for its JVM. */
  ProcessBuilder process(Path folder, List<String> arguments, String option) {
    ProcessBuilder builder = process(folder, arguments);
    builder.environment().merge(OPTIONS, option, (own, more) -> own + " " + more);
    return builder;
  }

  private static boolean configures(String variable) {
    return variable.startsWith("CONSUL_")
        || (variable.startsWith("METRONOME_") && !KEPT.contains(variable));
  }
}
