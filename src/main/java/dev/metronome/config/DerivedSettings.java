package dev.metronome.config;

import dev.metronome.model.record.Keys;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/** Fills in what nobody set and what has no fixed default, and brings values to one form. */
final class DerivedSettings {
  private DerivedSettings() {}

  static void complete(Layers layers, Machine machine, Supplier<Optional<Path>> variables) {
    if (isUnset(layers, "protocol")) {
      boolean tls = layers.get("port").text().trim().equals("8501");
      String reason = tls ? "because the port is 8501" : "because the port is not 8501";
      layers.put("protocol", tls ? "https" : "http", Origin.derived(reason));
    }
    if (isUnset(layers, "service-manager")) {
      boolean systemd = Files.isDirectory(machine.runDirectory().resolve("systemd/system"));
      String reason = systemd ? "because systemd runs here" : "because no systemd runs here";
      layers.put("service-manager", systemd ? "systemd" : "init", Origin.derived(reason));
    }
    if (isUnset(layers, "variables")) {
      variables
          .get()
          .ifPresent(file -> layers.put("variables", file.toString(), Origin.derived("found")));
    }
    completePrefix(layers);
  }

  private static void completePrefix(Layers layers) {
    SettingValue prefix = layers.get("prefix");
    String text = prefix.text();
    String folder = text.endsWith("/") ? text : text + "/";
    if (!Keys.isPrefix(folder)) {
      throw new ConfigurationException(
          prefix.origin().place()
              + ": `prefix` must be a key in Consul such as metronome/, words of "
              + Keys.SAFE_RULE
              + ", found `"
              + text
              + "`");
    }
    layers.put("prefix", folder, prefix.origin());
  }

  private static boolean isUnset(Layers layers, String key) {
    return layers.get(key).text().isEmpty();
  }
}
