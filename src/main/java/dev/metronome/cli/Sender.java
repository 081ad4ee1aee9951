package dev.metronome.cli;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.Optional;

/** Who sends an event, as far as this process knows. */
final class Sender {

  private Sender() {}

  /** {@code user@host}; behind sudo the user that called it. */
  static String of(Map<String, String> environment) {
    String login = environment.getOrDefault("USER", environment.getOrDefault("LOGNAME", ""));
    String user = login.equals("root") ? environment.getOrDefault("SUDO_USER", login) : login;
    return (user.isEmpty() ? System.getProperty("user.name") : user) + "@" + host();
  }

  /** The trace that this process is part of, as {@code TRACEPARENT} says. */
  static Optional<String> trace(Map<String, String> environment) {
    return Optional.ofNullable(environment.get("TRACEPARENT"));
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }
}
