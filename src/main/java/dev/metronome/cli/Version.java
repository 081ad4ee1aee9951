package dev.metronome.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Which Metronome this is. */
final class Version {
  private Version() {}

  static String current() {
    Properties properties = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("/metronome.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException("metronome.properties in the jar cannot be read", e);
    }
    return properties.getProperty("version");
  }
}
