package dev.metronome.agent;

import java.nio.file.Path;
import java.util.Properties;

/**
 * Camel's own reloading of edited route files, for {@code --dev}. All routes are never removed at
 * once: with that, a new file fails as a duplicate and everything stops for a moment.
 */
final class Reload {

  private Reload() {}

  static Properties properties(Path folder) {
    Properties properties = new Properties();
    properties.setProperty("camel.main.routesReloadEnabled", "true");
    properties.setProperty("camel.main.routesReloadDirectory", folder.toAbsolutePath().toString());
    properties.setProperty("camel.main.routesReloadPattern", "*.camel.yaml");
    properties.setProperty("camel.main.routesReloadRemoveAllRoutes", "false");
    return properties;
  }
}
