package dev.metronome.config;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/** Where agents of this machine keep what their tasks have printed: a folder for each agent. */
final class OutputFolder {

  private static final String NAME = "output";

  private OutputFolder() {}

  /** Of all agents that are configured like this. */
  static Path common(Configuration configuration, Machine machine) {
    return configuration.path("output-dir").orElseGet(() -> unset(configuration, machine));
  }

  private static Path unset(Configuration configuration, Machine machine) {
    return configuration
        .path("state-dir")
        .orElseGet(() -> StateFolder.lasting(machine))
        .resolve(NAME);
  }

  /** Where to look: also in the system's folder, since the agent may be another user. */
  static List<Path> known(Configuration configuration, Machine machine) {
    boolean set = configuration.isSet("output-dir") || configuration.isSet("state-dir");
    Path system = StateFolder.system(machine).resolve(NAME);
    return Stream.concat(
            Stream.of(common(configuration, machine)), set ? Stream.empty() : Stream.of(system))
        .distinct()
        .toList();
  }

  /** Of one agent: a machine may have several, of several clusters. */
  static String name(String node, String consul, String prefix) {
    CRC32 crc = new CRC32();
    crc.update((node + " " + consul + " " + prefix).getBytes(StandardCharsets.UTF_8));
    return legible(node) + "-" + String.format(Locale.ROOT, "%08x", crc.getValue());
  }

  /** Whether an agent of this node, of whichever cluster, may have given it this name. */
  static boolean isOf(String node, Path folder) {
    String name = folder.getFileName().toString();
    String start = legible(node) + "-";
    return name.startsWith(start) && name.substring(start.length()).matches("[0-9a-f]{8}");
  }

  /** A node may have been given any name. */
  private static String legible(String node) {
    return node.replaceAll("[^A-Za-z0-9._-]", "_");
  }
}
