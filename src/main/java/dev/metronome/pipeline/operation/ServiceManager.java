package dev.metronome.pipeline.operation;

import java.util.List;
import java.util.Locale;

/** What starts and stops the services of a machine; the setting {@code service-manager}. */
public enum ServiceManager {
  /** {@code service NAME ACTION}. */
  INIT,
  /** {@code systemctl ACTION NAME}. */
  SYSTEMD;

  /** By its word in the configuration. */
  public static ServiceManager of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  List<String> command(String service, String action) {
    return this == INIT
        ? List.of("service", service, action)
        : List.of("systemctl", action, service);
  }
}
