package dev.metronome.config;

import dev.metronome.model.signature.SigningKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The keys of {@code signing-key-file}, or of {@code signing-key}. */
final class SigningKeyFile {
  private static final String KEY = "signing-key";
  private static final String FILE = "signing-key-file";

  private final Configuration configuration;

  SigningKeyFile(Configuration configuration) {
    this.configuration = configuration;
  }

  SigningKeys keys() {
    if (!configuration.fileWins(KEY, FILE)) {
      return parse(configuration.text(KEY), configuration.value(KEY).origin().place());
    }
    Path path = configuration.path(FILE).orElseThrow();
    SigningKeys keys = parse(content(path), path.toString());
    if (keys.isEmpty()) {
      throw new ConfigurationException(
          path + " holds no signing key; metronome sign --new-key makes one");
    }
    return keys;
  }

  private String content(Path path) {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new ConfigurationException(
          configuration.value(FILE).origin().place()
              + ": the file of signing keys "
              + path
              + " cannot be read",
          e);
    }
  }

  private static SigningKeys parse(String text, String place) {
    try {
      return SigningKeys.parse(text);
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(place + ": " + e.getMessage(), e);
    }
  }
}
