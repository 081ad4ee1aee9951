package dev.metronome.config;

import dev.metronome.base.encoding.ProcessText;
import java.nio.file.Path;
import java.util.Map;

/**
 * What the configuration may ask of the machine that it is read on. Tests make their own.
 *
 * @param environment the process's environment
 * @param workingDirectory what relative paths are relative to
 * @param configDirectory where a system-wide installation keeps its files
 * @param runDirectory where a running systemd shows itself
 */
public record Machine(
    Map<String, String> environment,
    Path workingDirectory,
    Path configDirectory,
    Path runDirectory) {

  public Machine {
    environment = Map.copyOf(environment);
  }

  /** This machine, as this process sees it. */
  public static Machine local() {
    return new Machine(
        ProcessText.environment(), Path.of(""), Path.of("/etc/metronome"), Path.of("/run"));
  }

  Path resolve(String path) {
    return workingDirectory.resolve(path);
  }
}
