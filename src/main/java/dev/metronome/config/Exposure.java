package dev.metronome.config;

import dev.metronome.base.account.Trust;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What others on this machine, or on the way to Consul, could do with what the settings name.
 *
 * <p><b>Guarantees</b>: a file by which others could let themselves in is refused; every other one
 * with a secret that everybody may read, or that others could exchange, is named.
 *
 * <p><b>Does not guarantee</b> anything of a group that may read a secret, which somebody must have
 * wanted.
 */
final class Exposure {

  /** What whoever reads the file could do. */
  private static final Map<String, String> READERS =
      Map.of(
          "token-file", "show Consul this agent's token",
          "operation-token-file", "show Consul the operations' token",
          "signing-key-file", "sign events",
          "client-key", "be this agent for Consul",
          "http-key", "be this agent for who asks its port",
          "http-users", "guess at the passwords in peace");

  /** Without a secret, and believed all the same. */
  private static final List<String> BELIEVED = List.of("ca-cert", "client-cert", "http-cert");

  /** Whoever writes these is a user of the agent, or signs its events. */
  private static final Set<String> LETS_IN = Set.of("http-users", "signing-key-file");

  private final Configuration configuration;
  private final Trust trust = Trust.ofThisProcess();
  private final List<String> doubts = new ArrayList<>();

  private Exposure(Configuration configuration) {
    this.configuration = configuration;
  }

  /**
   * @return sentences, each with what to do
   * @throws ConfigurationException if others could let themselves in
   */
  static List<String> of(Configuration configuration) {
    Exposure exposure = new Exposure(configuration);
    exposure.file();
    READERS.keySet().stream().sorted().forEach(exposure::secret);
    BELIEVED.forEach(exposure::writers);
    exposure.arguments();
    exposure.verification();
    return List.copyOf(exposure.doubts);
  }

  /** The files that it looks at, whether they exist or not. */
  static List<Path> files(Configuration configuration) {
    Stream<String> keys = Stream.concat(READERS.keySet().stream().sorted(), BELIEVED.stream());
    return Stream.concat(keys.map(configuration::path), Stream.of(configuration.file()))
        .flatMap(Optional::stream)
        .toList();
  }

  private void secret(String key) {
    existing(key)
        .flatMap(Trust::readers)
        .ifPresent(
            clause ->
                doubts.add(key + ": " + clause + ", since who reads it can " + READERS.get(key)));
    writers(key);
  }

  private void writers(String key) {
    Optional<String> objection =
        existing(key).stream()
            .flatMap(path -> withFiles(path).stream())
            .flatMap(path -> trust.objection(path).stream())
            .findFirst();
    if (objection.isPresent() && LETS_IN.contains(key)) {
      throw new ConfigurationException(
          configuration.value(key).origin().place()
              + ": "
              + key
              + " is refused, since others could let themselves in: "
              + objection.get());
    }
    objection.ifPresent(clause -> doubts.add(key + ": others could exchange it: " + clause));
  }

  /** Of a folder, and of the files that stand in it; of a file alone. */
  static List<Path> withFiles(Path path) {
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    try (Stream<Path> files = Files.list(path)) {
      return Stream.concat(Stream.of(path), files.sorted()).toList();
    } catch (IOException e) {
      return List.of(path); // who reads it will say so
    }
  }

  private Optional<Path> existing(String key) {
    return configuration.path(key).filter(Files::exists);
  }

  /** config.yml, if a secret stands in it. */
  private void file() {
    List<String> within =
        Settings.all().stream()
            .filter(Setting::isSecret)
            .map(Setting::key)
            .filter(key -> !configuration.text(key).isEmpty())
            .filter(key -> configuration.value(key).origin().source() == Origin.Source.FILE)
            .toList();
    if (!within.isEmpty()) {
      configuration
          .file()
          .flatMap(Trust::readers)
          .ifPresent(
              clause -> doubts.add(clause + ", since it holds " + String.join(", ", within)));
    }
  }

  private void arguments() {
    Settings.all().stream()
        .filter(Setting::isSecret)
        .map(Setting::key)
        .filter(key -> configuration.typed(key).filter(text -> !text.isEmpty()).isPresent())
        .forEach(
            key ->
                doubts.add(
                    "--"
                        + key
                        + ": everybody on this machine can read the arguments of a process; give it"
                        + " by "
                        + place(key)));
  }

  private static String place(String key) {
    String file = key + "-file";
    return Settings.keys().contains(file)
        ? file
        : "config.yml, which only the agent's user may read";
  }

  private void verification() {
    if (configuration.flag("insecure-skip-verify")) {
      doubts.add(
          "insecure-skip-verify: Consul's certificate is not verified, and who stands in between"
              + " can read the token and have this agent run tasks; name the authorities with"
              + " ca-cert");
    }
  }
}
