package dev.metronome.cli;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;

/** Who sends an event, as far as this process knows. */
final class Sender {

  private Sender() {}

  /** {@code user@host}. */
  static String of(Map<String, String> environment) {
    String user = environment.getOrDefault("USER", environment.getOrDefault("LOGNAME", ""));
    return (user.isEmpty() ? System.getProperty("user.name") : user) + "@" + host();
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }
}
