package dev.metronome.config;

import dev.metronome.consul.ConsulSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The settings of the group Consul, as the Consul side wants them. */
final class ConsulOptions {
  private final Configuration configuration;

  ConsulOptions(Configuration configuration) {
    this.configuration = configuration;
  }

  ConsulSettings settings() {
    return settings(token());
  }

  /** The same Consul for operations, with a token of their own if there is one. */
  ConsulSettings operationSettings() {
    return settings(operationToken().or(this::token));
  }

  private ConsulSettings settings(Optional<String> token) {
    String host = host();
    try {
      return new ConsulSettings(
          configuration.text("protocol").equals("https"),
          host,
          configuration.number("port"),
          token,
          !configuration.flag("insecure-skip-verify"),
          path("ca-cert"),
          path("client-cert"),
          path("client-key"),
          present("tls-server-name"),
          present("namespace"),
          present("partition"),
          present("basic-auth"));
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException("Consul's settings do not fit: " + e.getMessage(), e);
    }
  }

  /** The token that wins: of two from the same source the file's, as in Consul. */
  Optional<String> token() {
    return token("token", "token-file");
  }

  /** What operations show to Consul, if it is not the agent's own. */
  Optional<String> operationToken() {
    return token("operation-token", "operation-token-file");
  }

  /** Whether there is one, however it reads now. */
  boolean hasOperationToken() {
    return !configuration.text("operation-token").isEmpty()
        || configuration.path("operation-token-file").isPresent();
  }

  private Optional<String> token(String key, String fileKey) {
    return configuration.fileWins(key, fileKey) ? Optional.of(content(fileKey)) : present(key);
  }

  private String content(String fileKey) {
    Path path = configuration.path(fileKey).orElseThrow();
    try {
      String token = Files.readString(path).trim();
      if (token.isEmpty() || !token.chars().allMatch(c -> c > ' ' && c < 127)) {
        throw new ConfigurationException(path + " must hold a token and nothing else");
      }
      return token;
    } catch (IOException e) {
      throw new ConfigurationException(
          configuration.value(fileKey).origin().place()
              + ": the token file "
              + path
              + " cannot be read",
          e);
    }
  }

  private String host() {
    String host = configuration.text("host").trim();
    String bare =
        host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    if (bare.startsWith("unix:///")) {
      return bare;
    }
    boolean address = bare.indexOf(':') != bare.lastIndexOf(':');
    if (bare.isEmpty() || !bare.matches("[^\\s/\\[\\]@]+") || (bare.contains(":") && !address)) {
      throw new ConfigurationException(
          configuration.value("host").origin().place()
              + ": `host` must be a name or an address alone, or unix:///path, found `"
              + host
              + "`; port and protocol are settings of their own");
    }
    return bare;
  }

  private Optional<String> present(String key) {
    return Optional.of(configuration.text(key)).filter(text -> !text.isEmpty());
  }

  private Optional<Path> path(String key) {
    return configuration.path(key);
  }
}
