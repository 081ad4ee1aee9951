package dev.metronome.agent;

import dev.metronome.base.account.Trust;
import dev.metronome.config.Configuration;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says at the start which files an agent acts by, unless all of them are the system's. */
final class ActingFiles {

  private static final Logger LOG = LoggerFactory.getLogger(ActingFiles.class);

  private ActingFiles() {}

  static void announce(Configuration configuration) {
    Map<String, Path> files = configuration.actingFiles();
    if (!files.values().stream().allMatch(configuration::isSystemFile)) {
      LOG.info(
          "files taken {}",
          files.entrySet().stream()
              .map(each -> each.getKey() + "=" + described(each.getValue()))
              .collect(Collectors.joining(" ")));
    }
  }

  private static String described(Path path) {
    return path.toAbsolutePath().normalize() + " owner=" + Trust.owner(path);
  }
}
